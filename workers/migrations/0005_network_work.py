"""Which institutes tell the network their figures."""

from django.db import migrations

from workers.work_kinds import WorkKind

# Every institute, each time: a figure of the year changes by the calendar alone.
NETWORK = "SELECT i.id FROM identity_institute i WHERE i.is_live AND i.kind = 'institute'"


class Migration(migrations.Migration):
    dependencies = [("workers", "0004_audit_work"), ("network", "0002_close")]
    operations = [WorkKind("network", NETWORK)]
