"""Which institutes have an employer whose health is to be worked out: its day has come, or the rules are newer."""

from django.db import migrations

from workers.work_kinds import WorkKind

HEALTH = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (
  EXISTS (SELECT FROM employers_employerhealth h
          WHERE h.institute_id = i.id AND h.recheck_on <= (now() AT TIME ZONE 'Europe/London')::date)
  OR EXISTS (SELECT FROM employers_employerhealth h
             WHERE h.institute_id = i.id AND h.rules_version < (
               SELECT max(r.version) FROM employers_healthrules r WHERE r.institute_id = i.id)))
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0010_api_work"), ("employers", "0011_close_health")]
    operations = [WorkKind("health", HEALTH)]
