"""Close every table to its institute. Free text is personal: somebody may be named in it. Pupils are counts."""

from django.db import migrations

from crm.base.row_security import KeepTime, SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("sponsorships", "0002_close")]
    operations = [
        SecureTenantTable("Challenge", personal=("brief", "venue")),
        SecureTenantTable("ChallengeCost", append_only=True),
        SecureTenantTable("GroupBooking"),
        SecureTenantTable("Volunteer"),
        KeepTime("GroupBooking"),
        KeepTime("Challenge"),
        KeepTime("Volunteer"),
    ]
