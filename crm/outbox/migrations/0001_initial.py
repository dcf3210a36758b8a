import crm.base.ids
import crm.base.tenancy
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from crm.base.row_security import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0002_close'),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE outbox_entry_sequence", "DROP SEQUENCE outbox_entry_sequence"),
        migrations.RunSQL("CREATE SEQUENCE outbox_feed_position", "DROP SEQUENCE outbox_feed_position"),
        CreateTables(
            [migrations.CreateModel(
                name='Entry',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('sequence', models.BigIntegerField(db_default=models.Func(models.Value('outbox_entry_sequence'), function='nextval'))),
                    ('type', models.CharField(max_length=80)),
                    ('version', models.PositiveSmallIntegerField(default=1)),
                    ('subject_type', models.CharField(max_length=60)),
                    ('subject_id', models.UUIDField()),
                    ('payload', models.JSONField()),
                    ('actor_id', models.UUIDField(null=True)),
                    ('request_id', models.CharField(blank=True, max_length=64)),
                    ('causation_id', models.UUIDField(null=True)),
                    ('depth', models.PositiveSmallIntegerField(default=0)),
                    ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('fanned_out_at', models.DateTimeField(null=True)),
                    ('position', models.BigIntegerField(null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('fanned_out_at__isnull', True)), fields=['institute', 'sequence'], name='outbox_entry_waiting'), models.Index(fields=['institute', 'subject_type', 'subject_id'], name='outbox_entry_subject'), models.Index(condition=models.Q(('position__isnull', False)), fields=['institute', 'position'], name='outbox_entry_feed')],
                },
            ), migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('entry', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='outbox.entry')),
                    ('handler', models.CharField(max_length=80)),
                    ('sequence', models.BigIntegerField()),
                    ('subject_id', models.UUIDField()),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('claimed', 'Being handled'), ('done', 'Done'), ('parked', 'Parked: needs a person'), ('dropped', 'Dropped by a person')], default='waiting', max_length=10)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('not_before', models.DateTimeField(default=django.utils.timezone.now)),
                    ('lease_until', models.DateTimeField(null=True)),
                    ('owner', models.CharField(blank=True, max_length=80)),
                    ('last_error', models.TextField(blank=True)),
                    ('finished_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'claimed', 'parked'])), fields=['institute', 'sequence'], name='outbox_delivery_open'), models.Index(condition=models.Q(('state__in', ['claimed', 'parked']), models.Q(('attempts__gt', 0), ('state', 'waiting')), _connector='OR'), fields=['institute', 'handler', 'subject_id', 'sequence'], name='outbox_delivery_held')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'entry', 'handler'), name='outbox_delivery_once')],
                },
            ), migrations.CreateModel(
                name='TimelineItem',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('subject_type', models.CharField(max_length=60)),
                    ('subject_id', models.UUIDField()),
                    ('happened_at', models.DateTimeField()),
                    ('kind', models.CharField(max_length=30)),
                    ('text', models.CharField(max_length=500)),
                    ('actor_name', models.CharField(blank=True, max_length=120)),
                    ('entry_id', models.UUIDField()),
                    ('pence', models.BigIntegerField(null=True)),
                    ('sums_as', models.CharField(blank=True, default='', max_length=300)),
                ],
                options={
                    'ordering': [models.OrderBy(models.F('happened_at'), descending=True), '-id'],
                    'indexes': [models.Index(fields=['institute', 'subject_type', 'subject_id', '-happened_at'], name='outbox_timeline')],
                },
            )],
        ),
    ]
