"""Which institutes wait for a file, and which keep one for too long."""

from django.db import migrations

from workers.work_kinds import WorkKind

TO_MAKE = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM core_preparedfile f WHERE f.institute_id = i.id
    AND (f.state = 'waiting' OR f.state = 'working' AND f.lease_until < now()))
"""
OLD = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM core_preparedfile f WHERE f.institute_id = i.id AND f.asked_at < now() - interval '1 day')
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0003_health_numbers"), ("core", "0005_prepared_files")]
    operations = [WorkKind("files", TO_MAKE), WorkKind("old_files", OLD)]
