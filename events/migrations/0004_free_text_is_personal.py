"""What is typed in sentences may name a person: it is kept where it can be erased."""

from django.db import migrations

from crm.base.row_security import PersonalColumns


class Migration(migrations.Migration):
    dependencies = [("events", "0003_volunteer_time_in_kind"), ("audit", "0005_leave_out_the_clock")]
    operations = [PersonalColumns("Challenge", ("brief", "venue"))]
