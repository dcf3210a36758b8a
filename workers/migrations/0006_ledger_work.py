"""Which institutes have a ledger to prove."""

from django.db import migrations

from workers.work_kinds import WorkKind

LEDGER = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (SELECT FROM sponsorships_fund f WHERE f.institute_id = i.id)
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0005_network_work"), ("sponsorships", "0007_ledgerproof")]
    operations = [WorkKind("ledger", LEDGER)]
