from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_second_factor"),
        ("audit", "0003_functions"),
    ]
    operations = [SecureTenantTable("SecondFactorChange", personal=("reason",))]
