"""Close every table to its institute. Nothing here is personal: pupils are counts."""

from django.db import migrations

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("outbox", "0002_close")]
    operations = [
        SecureTenantTable("Challenge"),
        SecureTenantTable("ChallengeCost", append_only=True),
        SecureTenantTable("GroupBooking"),
        SecureTenantTable("Volunteer"),
    ]
