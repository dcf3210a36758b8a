"""Which institutes keep the text of mail that is old enough to be forgotten."""

from django.db import migrations

from workers.work_kinds import WorkKind

OLD_MAIL = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM mail_message m
  WHERE m.institute_id = i.id AND m.wiped_at IS NULL AND m.rendered_at < now() - interval '90 days')
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0006_ledger_work"), ("mail", "0004_about")]
    operations = [WorkKind("old_mail", OLD_MAIL)]
