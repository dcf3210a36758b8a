import crm.base.ids
import crm.base.tenancy
import django.db.models.deletion
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
                name='AuditEntry',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('at', models.DateTimeField()),
                    ('actor_id', models.UUIDField(null=True)),
                    ('request_id', models.CharField(blank=True, max_length=64)),
                    ('table_name', models.CharField(max_length=63)),
                    ('row_id', models.UUIDField()),
                    ('action', models.CharField(choices=[('insert', 'Added'), ('update', 'Changed'), ('delete', 'Removed'), ('erase', 'Personal values erased')], max_length=6)),
                    ('facts', models.JSONField()),
                    ('digest', models.BinaryField()),
                ],
                options={
                    'ordering': ['-at', '-id'],
                    'indexes': [models.Index(fields=['institute', 'at'], name='audit_entry_at'), models.Index(fields=['institute', 'table_name', 'row_id'], name='audit_entry_record'), models.Index(fields=['institute', 'actor_id', 'at'], name='audit_entry_actor')],
                },
            ), migrations.CreateModel(
                name='AuditPersonal',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('salt', models.UUIDField()),
                    ('values', models.JSONField()),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='AuditSeal',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('number', models.BigIntegerField()),
                    ('sealed_at', models.DateTimeField()),
                    ('newest_at', models.DateTimeField()),
                    ('entries', models.PositiveIntegerField()),
                    ('previous', models.BinaryField()),
                    ('hash', models.BinaryField()),
                ],
                options={
                    'ordering': ['-number'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'number'), name='audit_seal_number')],
                },
            ), migrations.CreateModel(
                name='AuditSealed',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('seal', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sealed', to='audit.auditseal')),
                    ('leaf', models.BinaryField()),
                ],
                options={
                    'abstract': False,
                },
            )],
        ),
    ]
