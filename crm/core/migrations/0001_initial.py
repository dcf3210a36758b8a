import crm.base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from crm.base.row_security import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0002_close'),
    ]

    operations = [
        CreateTables(
            [migrations.CreateModel(
                name='SearchEntry',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('kind', models.CharField(max_length=40)),
                    ('object_id', models.UUIDField()),
                    ('title', models.CharField(max_length=300)),
                    ('subtitle', models.CharField(blank=True, max_length=300)),
                    ('words', models.TextField()),
                    ('match_key', models.CharField(blank=True, max_length=300)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'kind', 'object_id'), name='core_searchentry_once')],
                },
            ), migrations.CreateModel(
                name='BackupRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('backup', 'Backup'), ('drill', 'Restore drill')], max_length=10)),
                    ('file', models.CharField(max_length=300)),
                    ('size', models.BigIntegerField()),
                    ('seconds', models.FloatField()),
                    ('finished_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ],
                options={
                    'ordering': ['-finished_at'],
                },
            ), migrations.CreateModel(
                name='Freeze',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ('reason', models.CharField(max_length=200)),
                    ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='core_freeze_one_row')],
                },
            ), migrations.CreateModel(
                name='ApiUse',
                fields=[
                    ('token_id', models.UUIDField(primary_key=True, serialize=False)),
                    ('minute', models.DateTimeField()),
                    ('requests', models.PositiveIntegerField()),
                    ('last_used_at', models.DateTimeField()),
                ],
            ), migrations.CreateModel(
                name='IdempotencyKey',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('token_id', models.UUIDField()),
                    ('key', models.CharField(max_length=200)),
                    ('fingerprint', models.BinaryField()),
                    ('claim', models.UUIDField()),
                    ('taken_at', models.DateTimeField()),
                    ('status', models.PositiveSmallIntegerField(null=True)),
                    ('headers', models.JSONField(default=dict)),
                    ('body', models.BinaryField(default=b'')),
                ],
                options={
                    'indexes': [models.Index(fields=['institute', 'claim'], name='core_idempotencykey_claim'), models.Index(fields=['institute', 'taken_at'], name='core_idempotencykey_age')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'token_id', 'key'), name='core_idempotencykey_once')],
                },
            ), migrations.CreateModel(
                name='ReferenceEdition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('sic_section', 'SIC sections'), ('sic_division', 'SIC divisions'), ('sic_code', 'SIC codes'), ('is8_sector', 'Sectors of the Industrial Strategy (IS-8)'), ('route', 'Technical routes'), ('region', 'Regions and nations'), ('lsip_area', 'Areas of local skills improvement plans'), ('local_authority', 'Local authorities'), ('outcode', 'Postcode districts')], max_length=20)),
                    ('version', models.CharField(max_length=60)),
                    ('source', models.CharField(blank=True, max_length=500)),
                    ('is_current', models.BooleanField(default=True)),
                    ('loaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ],
                options={
                    'ordering': ['kind', '-loaded_at', '-id'],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='core_referenceedition_once'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('kind',), name='core_referenceedition_one_current')],
                },
            ), migrations.CreateModel(
                name='ReferenceRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('edition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='core.referenceedition')),
                    ('code', models.CharField(max_length=40)),
                    ('name', models.CharField(max_length=200)),
                    ('parent', models.CharField(blank=True, max_length=200)),
                    ('area', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'ordering': ['edition', 'code'],
                    'constraints': [models.UniqueConstraint(fields=('edition', 'code'), name='core_referencerow_once')],
                },
            ), migrations.CreateModel(
                name='PreparedFile',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('report', models.CharField(max_length=60)),
                    ('asked', models.CharField(blank=True, max_length=500)),
                    ('state', models.CharField(choices=[('waiting', 'Waiting for its turn'), ('working', 'Being made'), ('ready', 'Ready'), ('failed', 'Could not be made')], default='waiting', max_length=10)),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('lease_until', models.DateTimeField(null=True)),
                    ('ready_at', models.DateTimeField(null=True)),
                    ('file_name', models.CharField(blank=True, max_length=200)),
                    ('size', models.PositiveIntegerField(default=0)),
                    ('content', models.BinaryField(default=b'')),
                    ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                ],
                options={
                    'ordering': ['-asked_at', '-id'],
                    'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'working'])), fields=['institute', 'asked_at'], name='core_preparedfile_to_make'), models.Index(fields=['institute', 'report', 'asked'], name='core_preparedfile_asked')],
                },
            )],
        ),
    ]
