"""What the database generates from another column is no change of its own: `sort_name` is left out of what an entry
tells."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("crm.audit.migrations.0005_leave_out_the_clock")
CHANGES = BEFORE._without_clock(BEFORE.CHANGES)


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_erase_words")]
    operations = [migrations.RunSQL(CHANGES.replace("- 'updated_at'", "- '{updated_at,sort_name}'::text[]"), CHANGES)]
