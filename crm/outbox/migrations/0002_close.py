from django.db import migrations

from crm.base.row_security import SecureTenantTable, application_role


def let_number(apps, schema_editor):
    for sequence in ("outbox_entry_sequence", "outbox_feed_position"):
        schema_editor.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [
        SecureTenantTable("Entry", audit=False),  # is itself a record
        SecureTenantTable("Delivery", audit=False),  # machinery
        SecureTenantTable("TimelineItem", append_only=True),
        migrations.RunPython(let_number, migrations.RunPython.noop),
    ]
