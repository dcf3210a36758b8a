"""Close the answers kept for repeated requests. ApiUse belongs to no institute: it is counted before one is known."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("core", "0005_api")]
    # Not audited: what the requests did is.
    operations = [SecureTenantTable("IdempotencyKey", audit=False)]
