"""The daily proof of the ledger, kept for good."""
import crm.base.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from crm.base.row_security import SecureTenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0002_close'),
        ('sponsorships', '0006_portal'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerProof',
            fields=[
                ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('proven_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('postings', models.BigIntegerField()),
                ('faults', models.JSONField(default=list)),
                ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
            ],
            options={
                'ordering': ['-proven_at'],
                'indexes': [models.Index(fields=['institute', '-proven_at'], name='sponsorships_ledgerproof_last')],
            },
        ),
        SecureTenantTable("LedgerProof", append_only=True),
    ]
