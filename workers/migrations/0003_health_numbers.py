"""Counts and ages for the health checks, and the one door to them."""

from django.db import migrations

from crm.base.row_security import application_role
from workers.health_numbers import HealthNumber

# The name of a number becomes part of a function's name, so only small letters pass.
DISPATCH = """
CREATE FUNCTION health_number(number text, among uuid[]) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE found bigint;
BEGIN
  IF number !~ '^[a-z]+(_[a-z]+)*$' OR to_regprocedure(format('public.health_number_%s(uuid[])', number)) IS NULL THEN
    RAISE EXCEPTION 'no such health number: %', number USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format('SELECT public.%I($1)', 'health_number_' || number) INTO found USING among;
  RETURN found;
END $$;
"""

# What waits for a worker and for nothing else: neither behind an earlier one of its subject that is held, nor for its
# next try.
OUTBOX_OLDEST = """
SELECT extract(epoch FROM clock_timestamp() - min(since))::bigint FROM (
  SELECT min(e.recorded_at) AS since FROM outbox_entry e JOIN identity_institute i ON i.id = e.institute_id
  WHERE i.is_live AND e.fanned_out_at IS NULL AND {mine:e}
  UNION ALL
  SELECT min(d.not_before) FROM outbox_delivery d JOIN identity_institute i ON i.id = d.institute_id
  WHERE i.is_live AND d.state = 'waiting' AND d.not_before <= now() AND {mine:d} AND NOT EXISTS (
    SELECT FROM outbox_delivery h
    WHERE h.institute_id = d.institute_id AND h.handler = d.handler AND h.subject_id = d.subject_id
      AND h.sequence < d.sequence AND (h.state IN ('claimed', 'parked') OR h.state = 'waiting' AND h.attempts > 0))
  UNION ALL
  SELECT min(d.lease_until) FROM outbox_delivery d JOIN identity_institute i ON i.id = d.institute_id
  WHERE i.is_live AND d.state = 'claimed' AND d.lease_until <= now() AND {mine:d}) waiting
"""
OUTBOX_OPEN = """
SELECT (SELECT count(*) FROM outbox_entry e WHERE e.fanned_out_at IS NULL AND {mine:e})
     + (SELECT count(*) FROM outbox_delivery d WHERE d.state IN ('waiting', 'claimed') AND {mine:d})
"""
OUTBOX_PARKED = "SELECT count(*) FROM outbox_delivery d WHERE d.state = 'parked' AND {mine:d}"

# Only what goes at any hour: reminders wait for the sending window.
MAIL_URGENT_OLDEST = """
SELECT extract(epoch FROM clock_timestamp() - min(o.not_before))::bigint
FROM mail_occurrence o JOIN identity_institute i ON i.id = o.institute_id
WHERE i.is_live AND o.state = 'planned' AND o.is_urgent AND o.held_at IS NULL AND o.not_before <= now()
  AND o.expires_at > now() AND {mine:o}
"""
MAIL_WAITING = """
SELECT count(*) FROM mail_occurrence o
WHERE o.state = 'planned' AND o.held_at IS NULL AND o.not_before <= now() AND o.expires_at > now() AND {mine:o}
"""
MAIL_ABANDONED = """
SELECT count(*) FROM mail_occurrence o
WHERE o.state IN ('claimed', 'handed_over') AND o.lease_until < now() - interval '30 seconds' AND {mine:o}
"""
MAIL_UNDECIDED = """
SELECT count(*) FROM mail_occurrence o
WHERE o.state IN ('unknown', 'failed') AND o.dealt_with_at IS NULL AND {mine:o}
"""
# The planner notes each look, also when it finds nothing.
REMINDERS_OLDEST_LOOK = """
SELECT extract(epoch FROM clock_timestamp() - min(latest))::bigint FROM (
  SELECT max(s.looked_at) AS latest FROM mail_sweep s JOIN identity_institute i ON i.id = s.institute_id
  WHERE i.is_live AND {mine:s} GROUP BY s.institute_id) looks
"""
AUDIT_UNSEALED_OLDEST = """
SELECT extract(epoch FROM clock_timestamp() - min(e.at))::bigint
FROM audit_auditentry e JOIN identity_institute i ON i.id = e.institute_id
WHERE i.is_live AND {mine:e}
  AND e.at >= coalesce((SELECT max(s.newest_at) FROM audit_auditseal s WHERE s.institute_id = e.institute_id)
                       - interval '1 day', '-infinity')
  AND NOT EXISTS (SELECT FROM audit_auditsealed d WHERE d.institute_id = e.institute_id AND d.id = e.id)
"""
LEDGERS_WRONG = """
SELECT count(*) FROM identity_institute i CROSS JOIN LATERAL (
  SELECT p.faults FROM sponsorships_ledgerproof p WHERE p.institute_id = i.id AND {mine:p}
  ORDER BY p.proven_at DESC LIMIT 1) newest
WHERE newest.faults <> '[]'
"""
LEDGERS_OLDEST_PROOF = """
SELECT extract(epoch FROM clock_timestamp() - min(latest))::bigint FROM (
  SELECT max(p.proven_at) AS latest FROM sponsorships_ledgerproof p JOIN identity_institute i ON i.id = p.institute_id
  WHERE i.is_live AND {mine:p} GROUP BY p.institute_id) proofs
"""


def grant(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION health_number(text, uuid[]) FROM PUBLIC")
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION health_number(text, uuid[]) TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("workers", "0002_institutes_with_work")]
    operations = [
        HealthNumber("outbox_oldest", OUTBOX_OLDEST),
        HealthNumber("outbox_open", OUTBOX_OPEN),
        HealthNumber("outbox_parked", OUTBOX_PARKED),
        HealthNumber("mail_urgent_oldest", MAIL_URGENT_OLDEST),
        HealthNumber("mail_waiting", MAIL_WAITING),
        HealthNumber("mail_abandoned", MAIL_ABANDONED),
        HealthNumber("mail_undecided", MAIL_UNDECIDED),
        HealthNumber("reminders_oldest_look", REMINDERS_OLDEST_LOOK),
        HealthNumber("audit_unsealed_oldest", AUDIT_UNSEALED_OLDEST),
        HealthNumber("ledgers_wrong", LEDGERS_WRONG),
        HealthNumber("ledgers_oldest_proof", LEDGERS_OLDEST_PROOF),
        migrations.RunSQL(DISPATCH, "DROP FUNCTION health_number(text, uuid[])"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
