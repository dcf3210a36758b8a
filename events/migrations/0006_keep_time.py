"""Let the database say when a row was last changed."""

from django.db import migrations

from crm.base.row_security import KeepTime


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_when_changed"),
        ("base", "0002_touch_row"),
        ("audit", "0005_leave_out_the_clock"),
    ]
    operations = [
        KeepTime("GroupBooking"),
        KeepTime("Challenge"),
        KeepTime("Volunteer"),
    ]
