"""Close the tables of tags, saved views and bulk changes."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("employers", "0007_list_facts")]
    operations = [
        SecureTenantTable("Tag"),
        SecureTenantTable("EmployerTag"),
        SecureTenantTable("SavedView", personal=("name", "query")),
        SecureTenantTable("BulkChange"),
        SecureTenantTable("BulkChangeRow", audit=False),  # the change of each employer is in the audit itself
    ]
