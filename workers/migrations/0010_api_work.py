"""Which institutes keep answers of the API for longer than anybody may ask for them."""

from django.db import migrations

from workers.work_kinds import WorkKind

OLD_ANSWERS = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM core_idempotencykey k WHERE k.institute_id = i.id AND k.taken_at < now() - interval '25 hours')
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0009_agreements_work"), ("core", "0006_close_api")]
    operations = [WorkKind("old_answers", OLD_ANSWERS)]
