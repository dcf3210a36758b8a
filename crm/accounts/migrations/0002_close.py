from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("identity", "0002_close"),
        ("outbox", "0002_close"),
        ("audit", "0003_functions"),
    ]
    operations = [SecureTenantTable("Invitation", personal=("name",))]
