"""The one door through which enumerators look across institutes, and each kind of work that they look for."""

from django.db import migrations

from crm.base.row_security import application_role
from workers.work_kinds import WorkKind

# The name of a kind becomes part of a function's name, so only small letters pass.
DISPATCH = """
CREATE FUNCTION institutes_with_work(kind text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF kind !~ '^[a-z]+(_[a-z]+)*$' OR to_regprocedure(format('public.institutes_with_%s()', kind)) IS NULL THEN
    RAISE EXCEPTION 'no such kind of work: %', kind USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN QUERY EXECUTE format('SELECT found FROM public.%I() AS found', 'institutes_with_' || kind);
END $$;
"""

OUTBOX = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (
  EXISTS (SELECT FROM outbox_entry e WHERE e.institute_id = i.id AND e.fanned_out_at IS NULL)
  OR EXISTS (SELECT FROM outbox_delivery d WHERE d.institute_id = i.id AND d.state IN ('waiting', 'claimed', 'parked')
             AND (d.state = 'waiting' AND d.not_before <= now() OR d.state = 'claimed' AND d.lease_until <= now())))
"""

OUTBOX_PRUNE = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM outbox_entry e WHERE e.institute_id = i.id AND e.fanned_out_at < now() - interval '30 days')
"""


MAIL = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (
  EXISTS (SELECT FROM mail_occurrence o WHERE o.institute_id = i.id AND o.state = 'planned'
          AND o.held_at IS NULL AND o.not_before <= now())
  OR EXISTS (SELECT FROM mail_occurrence o WHERE o.institute_id = i.id AND o.state = 'planned'
             AND o.expires_at <= now())
  OR EXISTS (SELECT FROM mail_occurrence o WHERE o.institute_id = i.id AND o.state IN ('claimed', 'handed_over')
             AND o.lease_until <= now()))
"""

# Every institute, each time: what is due cannot be known without looking.
REMINDERS = "SELECT i.id FROM identity_institute i WHERE i.is_live AND i.kind = 'institute'"

# Looks back as far as seal_audit_entries does: a transaction may commit after later ones were sealed.
AUDIT = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM audit_auditentry e
  WHERE e.institute_id = i.id
    AND e.at >= coalesce((SELECT max(s.newest_at) FROM audit_auditseal s WHERE s.institute_id = i.id)
                         - interval '1 day', '-infinity')
    AND NOT EXISTS (SELECT FROM audit_auditsealed d WHERE d.institute_id = i.id AND d.id = e.id))
"""

# Every institute, each time: a figure of the year changes by the calendar alone.
NETWORK = "SELECT i.id FROM identity_institute i WHERE i.is_live AND i.kind = 'institute'"

LEDGER = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (SELECT FROM sponsorships_fund f WHERE f.institute_id = i.id)
"""

OLD_MAIL = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM mail_message m
  WHERE m.institute_id = i.id AND m.wiped_at IS NULL AND m.rendered_at < now() - interval '90 days')
"""

AGREEMENTS = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (SELECT FROM sponsorships_agreement a WHERE a.institute_id = i.id AND a.state <> 'draft')
"""

OLD_ANSWERS = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM core_idempotencykey k WHERE k.institute_id = i.id AND k.taken_at < now() - interval '25 hours')
"""

# The lowest version is one look into the index, where "is there a lower one" would read a row of every employer.
HEALTH = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (
  EXISTS (SELECT FROM employers_employerhealth h
          WHERE h.institute_id = i.id AND h.recheck_on <= (now() AT TIME ZONE 'Europe/London')::date)
  OR (SELECT min(h.rules_version) FROM employers_employerhealth h WHERE h.institute_id = i.id)
     < (SELECT max(r.version) FROM employers_healthrules r WHERE r.institute_id = i.id))
"""

IMPORTS = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM imports_importjob j WHERE j.institute_id = i.id AND j.state IN ('checking', 'applying', 'undoing'))
"""
OLD_IMPORTS = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM imports_importjob j
  WHERE j.institute_id = i.id AND j.rows_forgotten_at IS NULL AND j.updated_at < now() - interval '30 days')
"""

SHARES = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (EXISTS (
  SELECT FROM network_share s WHERE s.institute_id = i.id AND s.state IN ('proposed', 'active')
    AND s.until < (now() AT TIME ZONE 'Europe/London')::date)
OR EXISTS (
  SELECT FROM network_sharedcontent c
  WHERE c.institute_id = i.id AND c.until < (now() AT TIME ZONE 'Europe/London')::date))
"""

FILES = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM core_preparedfile f WHERE f.institute_id = i.id
    AND (f.state = 'waiting' OR f.state = 'working' AND f.lease_until < now()))
"""
OLD_FILES = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM core_preparedfile f WHERE f.institute_id = i.id AND f.asked_at < now() - interval '1 day')
"""


def grant(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION institutes_with_work(text) FROM PUBLIC")
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION institutes_with_work(text) TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0001_initial"),
        ("audit", "0003_functions"),
        ("core", "0002_close"),
        ("employers", "0003_health"),
        ("imports", "0002_close"),
        ("mail", "0002_close"),
        ("network", "0002_close"),
        ("outbox", "0002_close"),
        ("sponsorships", "0002_close"),
    ]
    operations = [
        WorkKind("outbox", OUTBOX),
        WorkKind("outbox_prune", OUTBOX_PRUNE),
        WorkKind("mail", MAIL),
        WorkKind("reminders", REMINDERS),
        WorkKind("audit", AUDIT),
        WorkKind("network", NETWORK),
        WorkKind("ledger", LEDGER),
        WorkKind("old_mail", OLD_MAIL),
        WorkKind("agreements", AGREEMENTS),
        WorkKind("old_answers", OLD_ANSWERS),
        WorkKind("health", HEALTH),
        WorkKind("imports", IMPORTS),
        WorkKind("old_imports", OLD_IMPORTS),
        WorkKind("shares", SHARES),
        WorkKind("files", FILES),
        WorkKind("old_files", OLD_FILES),
        migrations.RunSQL(DISPATCH, "DROP FUNCTION institutes_with_work(text)"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
