"""Which institutes have an import to go on with, and which keep what old ones said."""

from django.db import migrations

from workers.work_kinds import WorkKind

AT_WORK = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM imports_importjob j WHERE j.institute_id = i.id AND j.state IN ('checking', 'applying', 'undoing'))
"""
OLD = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM imports_importjob j
  WHERE j.institute_id = i.id AND j.rows_forgotten_at IS NULL AND j.updated_at < now() - interval '30 days')
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0011_health_work"), ("imports", "0002_close")]
    operations = [WorkKind("imports", AT_WORK), WorkKind("old_imports", OLD)]
