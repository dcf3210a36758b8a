"""The synthetic Network institute, and who reads memberships."""

from django.db import migrations

from crm.base.context import NETWORK_ID
from crm.base.row_security import READABLE, SecureTenantTable

# A person sees their own memberships before any institute is entered; otherwise nobody could enter one.
OWN_OR_INSTITUTE = f"""
DROP POLICY identity_membership_read ON identity_membership;
CREATE POLICY identity_membership_read ON identity_membership FOR SELECT
USING (user_id = (SELECT NULLIF(current_setting('app.user', true), '')::uuid) OR {READABLE});
"""


def add_network(apps, schema_editor):
    apps.get_model("identity", "Institute").objects.using(schema_editor.connection.alias).get_or_create(
        id=NETWORK_ID,
        defaults={"code": "network", "name": "Institutes of Technology network", "short_name": "Network", "kind": "network"},
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [
        SecureTenantTable("Membership"),
        migrations.RunSQL(OWN_OR_INSTITUTE, migrations.RunSQL.noop),
        migrations.RunPython(add_network, migrations.RunPython.noop),
    ]
