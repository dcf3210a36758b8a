"""Shares are closed like every tenant table; their content also closes by itself on the day after the last.

Definer function, with its reason:
- wipe_expired_shares: what has expired is hidden even from who is to remove it; removes it in the acting institute.
"""

from django.db import migrations

from crm.base.row_security import READABLE, SecureTenantTable, application_role

TODAY = "(now() AT TIME ZONE 'Europe/London')::date"

UNTIL_ITS_DAY = f"""
DROP POLICY network_sharedcontent_read ON network_sharedcontent;
CREATE POLICY network_sharedcontent_read ON network_sharedcontent FOR SELECT
USING ({READABLE} AND until >= {TODAY});
"""

WIPE = f"""
CREATE FUNCTION wipe_expired_shares() RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine uuid := NULLIF(current_setting('app.acting', true), '')::uuid;
  wiped int;
BEGIN
  DELETE FROM network_sharedcontent WHERE institute_id = mine AND until < {TODAY};
  GET DIAGNOSTICS wiped = ROW_COUNT;
  RETURN wiped;
END $$;
"""


def grant(apps, schema_editor):
    schema_editor.execute("REVOKE ALL ON FUNCTION wipe_expired_shares() FROM PUBLIC")
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION wipe_expired_shares() TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]
    operations = [
        # Not audited: the numbers repeat what audited rows of the institutes say, and change by the hour.
        SecureTenantTable("NetworkFigure", audit=False),
        SecureTenantTable("Share", personal=("purpose",)),
        SecureTenantTable("SharedCopy", personal=("purpose",)),
        SecureTenantTable("SharedContent", audit=False),  # a copy: its original is audited
        SecureTenantTable("ShareRead", append_only=True),
        SecureTenantTable("ShareAsk", personal=("message",)),
        SecureTenantTable("ShareRequest", personal=("message",)),
        migrations.RunSQL(UNTIL_ITS_DAY, migrations.RunSQL.noop),
        migrations.RunSQL(WIPE, "DROP FUNCTION wipe_expired_shares"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
