"""The one door through which enumerators look across institutes, and the outbox's two kinds of work."""

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


def grant(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION institutes_with_work(text) FROM PUBLIC")
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION institutes_with_work(text) TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_initial"), ("outbox", "0002_close"), ("identity", "0002_close")]
    operations = [
        WorkKind("outbox", OUTBOX),
        WorkKind("outbox_prune", OUTBOX_PRUNE),
        migrations.RunSQL(DISPATCH, "DROP FUNCTION institutes_with_work(text)"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
