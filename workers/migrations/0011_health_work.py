"""Which institutes have an employer whose health is to be worked out: its day has come, or the rules are newer."""

from django.db import migrations

from workers.work_kinds import WorkKind

# The lowest version is one look into the index, where "is there a lower one" would read a row of every employer.
HEALTH = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (
  EXISTS (SELECT FROM employers_employerhealth h
          WHERE h.institute_id = i.id AND h.recheck_on <= (now() AT TIME ZONE 'Europe/London')::date)
  OR (SELECT min(h.rules_version) FROM employers_employerhealth h WHERE h.institute_id = i.id)
     < (SELECT max(r.version) FROM employers_healthrules r WHERE r.institute_id = i.id))
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0010_api_work"), ("employers", "0011_close_health")]
    operations = [WorkKind("health", HEALTH)]
