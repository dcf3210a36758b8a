"""The event feed's positions. Facts that were fanned out before are numbered in the order in which they were."""

from django.db import migrations, models

from crm.base.row_security import application_role

SEQUENCE = "CREATE SEQUENCE outbox_feed_position"
NUMBER_OLD = """
UPDATE outbox_entry e SET position = numbered.position
FROM (SELECT id, nextval('outbox_feed_position') AS position
      FROM (SELECT id FROM outbox_entry WHERE fanned_out_at IS NOT NULL
            ORDER BY fanned_out_at, sequence) AS in_order) AS numbered
WHERE e.id = numbered.id
"""


def let_number(apps, schema_editor):
    schema_editor.execute(f"GRANT USAGE ON SEQUENCE outbox_feed_position TO {application_role()}")


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_services"), ("outbox", "0003_hold_lanes")]
    operations = [
        migrations.AddField("entry", "position", models.BigIntegerField(null=True)),
        migrations.RunSQL(SEQUENCE, "DROP SEQUENCE outbox_feed_position"),
        migrations.RunSQL(NUMBER_OLD, migrations.RunSQL.noop),
        migrations.RunPython(let_number, migrations.RunPython.noop),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["institute", "position"],
                name="outbox_entry_feed",
                condition=models.Q(position__isnull=False),
            ),
        ),
    ]
