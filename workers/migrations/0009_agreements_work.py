"""Which institutes lead agreements to compare with their parties' shares."""

from django.db import migrations

from workers.work_kinds import WorkKind

AGREEMENTS = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (SELECT FROM sponsorships_agreement a WHERE a.institute_id = i.id AND a.state <> 'draft')
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0008_health_numbers"), ("sponsorships", "0008_agreementsproof")]
    operations = [WorkKind("agreements", AGREEMENTS)]
