from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]
    # Not audited: the numbers repeat what audited rows of the institutes say, and change by the hour.
    operations = [SecureTenantTable("NetworkFigure", audit=False)]
