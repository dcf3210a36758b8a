import crm.base.ids
import crm.base.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
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
                name='ImportJob',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('kind', models.CharField(max_length=20)),
                    ('state', models.CharField(choices=[('uploaded', 'Columns to match'), ('checking', 'Being checked'), ('checked', 'Checked: nothing is saved yet'), ('applying', 'Being imported'), ('applied', 'Imported'), ('undoing', 'Being undone'), ('undone', 'Undone'), ('failed', 'Could not be read'), ('stopped', 'Stopped half-way'), ('dropped', 'Given up')], default='uploaded', max_length=10)),
                    ('file_name', models.CharField(max_length=200)),
                    ('digest', models.CharField(max_length=64)),
                    ('reading', models.JSONField(default=dict)),
                    ('headers', models.JSONField(default=list)),
                    ('sample', models.JSONField(default=list)),
                    ('layout', models.CharField(max_length=64)),
                    ('columns', models.JSONField(default=dict)),
                    ('source', models.CharField(blank=True, max_length=80)),
                    ('as_of', models.DateField(blank=True, null=True)),
                    ('is_snapshot', models.BooleanField(default=False)),
                    ('overwrites', models.BooleanField(default=False)),
                    ('total_rows', models.PositiveIntegerField(default=0)),
                    ('tally', models.JSONField(default=dict)),
                    ('effects', models.JSONField(default=list)),
                    ('trouble', models.CharField(blank=True, max_length=300)),
                    ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('applied_at', models.DateTimeField(blank=True, null=True)),
                    ('undone_at', models.DateTimeField(blank=True, null=True)),
                    ('rows_forgotten_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['-created_at', '-id'],
                    'indexes': [models.Index(fields=['institute', '-created_at'], name='imports_job_latest'), models.Index(condition=models.Q(('state__in', ['checking', 'applying', 'undoing'])), fields=['institute', 'state'], name='imports_job_at_work'), models.Index(fields=['institute', 'kind', 'source', 'as_of'], name='imports_job_of_source')],
                },
            ), migrations.CreateModel(
                name='ImportFile',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('job', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='imports.importjob')),
                    ('content', models.BinaryField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'job'), name='imports_file_once')],
                },
            ), migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('job', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.importjob')),
                    ('number', models.PositiveIntegerField()),
                    ('cells', models.JSONField()),
                    ('fixes', models.JSONField(default=dict)),
                    ('key', models.CharField(blank=True, max_length=300)),
                    ('repeats', models.PositiveIntegerField(null=True)),
                    ('facts', models.JSONField(default=dict)),
                    ('verdict', models.CharField(blank=True, choices=[('new', 'New'), ('update', 'Update'), ('unchanged', 'Unchanged'), ('repeat', 'Repeats another row'), ('duplicate', 'Possible duplicate'), ('problem', 'Problem'), ('skip', 'Left out by you')], max_length=10)),
                    ('faults', models.JSONField(default=list)),
                    ('notes', models.JSONField(default=list)),
                    ('changes', models.JSONField(default=dict)),
                    ('candidates', models.JSONField(default=list)),
                    ('choice', models.CharField(blank=True, max_length=40)),
                    ('target_id', models.UUIDField(null=True)),
                    ('said_before', models.JSONField(null=True)),
                    ('outcome', models.CharField(blank=True, choices=[('created', 'Created'), ('updated', 'Updated'), ('unchanged', 'Unchanged'), ('rejected', 'Not imported'), ('undone', 'Undone'), ('kept', 'Could not be undone')], max_length=10)),
                    ('remark', models.CharField(blank=True, max_length=300)),
                ],
                options={
                    'ordering': ['number'],
                    'indexes': [models.Index(fields=['institute', 'job', 'verdict', 'number'], name='imports_row_by_verdict'), models.Index(fields=['institute', 'job', 'outcome', 'number'], name='imports_row_by_outcome'), models.Index(fields=['institute', 'target_id'], name='imports_row_of_target'), models.Index(fields=['institute', 'job', 'key'], name='imports_row_by_key')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'job', 'number'), name='imports_row_once')],
                },
            ), migrations.CreateModel(
                name='ImportMapping',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('kind', models.CharField(max_length=20)),
                    ('layout', models.CharField(max_length=64)),
                    ('columns', models.JSONField(default=dict)),
                    ('source', models.CharField(blank=True, max_length=80)),
                    ('is_snapshot', models.BooleanField(default=False)),
                    ('overwrites', models.BooleanField(default=False)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'kind', 'layout'), name='imports_mapping_once')],
                },
            ), migrations.CreateModel(
                name='SourceRecord',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('kind', models.CharField(max_length=20)),
                    ('source', models.CharField(max_length=80)),
                    ('key', models.CharField(max_length=300)),
                    ('object_id', models.UUIDField()),
                    ('facts', models.JSONField(default=dict)),
                    ('listed_on', models.DateField()),
                    ('job_id', models.UUIDField()),
                    ('unlisted_on', models.DateField(blank=True, null=True)),
                    ('unlisted_by', models.UUIDField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['institute', 'kind', 'object_id'], name='imports_source_record_of')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'kind', 'source', 'key'), name='imports_source_record_once')],
                },
            )],
        ),
    ]
