"""Which institutes share something whose day is over."""

from django.db import migrations

from workers.work_kinds import WorkKind

OVER = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (EXISTS (
  SELECT FROM network_share s WHERE s.institute_id = i.id AND s.state IN ('proposed', 'active')
    AND s.until < (now() AT TIME ZONE 'Europe/London')::date)
OR EXISTS (
  SELECT FROM network_sharedcontent c
  WHERE c.institute_id = i.id AND c.until < (now() AT TIME ZONE 'Europe/London')::date))
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0012_imports_work"), ("network", "0004_close_shares")]
    operations = [WorkKind("shares", OVER)]
