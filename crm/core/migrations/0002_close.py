"""Close the tables. ApiUse belongs to no institute: it is counted before one is known."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        # Not audited: the entry repeats what its object says.
        SecureTenantTable("SearchEntry", audit=False),
        # Not audited: what the requests did is.
        SecureTenantTable("IdempotencyKey", audit=False),
        # Not audited: it is made of rows that are, and kept for a day.
        SecureTenantTable("PreparedFile", audit=False),
    ]
