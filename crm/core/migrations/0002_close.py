from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    # Not audited: the entry repeats what its object says.
    operations = [SecureTenantTable("SearchEntry", audit=False)]
