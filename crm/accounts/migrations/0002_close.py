"""Close the tables, and the one way to find a token before its institute is known."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable, application_role

# A token counts while it is neither revoked nor expired, its person is active and has a role in its institute.
LOOK_UP = """
CREATE FUNCTION api_token_of(wanted bytea, moment timestamptz, day date)
RETURNS TABLE (token_id uuid, institute_id uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.id, t.institute_id, t.user_id FROM accounts_apitoken t JOIN identity_user u ON u.id = t.user_id
  WHERE t.digest = wanted AND t.revoked_at IS NULL AND t.expires_at > moment AND u.is_active
    AND EXISTS (SELECT FROM identity_membership m
                WHERE m.institute_id = t.institute_id AND m.user_id = t.user_id AND m.is_active
                  AND m.role <> 'sponsor_contact' AND m.starts_on <= day AND (m.ends_on IS NULL OR m.ends_on >= day))
$$;
"""
SIGNATURE = "api_token_of(bytea, timestamptz, date)"


def grant(apps, schema_editor):
    schema_editor.execute(f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC")
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        SecureTenantTable("Invitation", personal=("name",)),
        SecureTenantTable("ApiToken"),
        SecureTenantTable("SecondFactorChange", personal=("reason",)),
        migrations.RunSQL(LOOK_UP, f"DROP FUNCTION {SIGNATURE}"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
