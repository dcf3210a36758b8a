import crm.base.ids
import crm.base.tenancy
import django.db.models.deletion
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
                name='NetworkFigure',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('about_institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('name', models.CharField(max_length=60)),
                    ('version', models.PositiveSmallIntegerField()),
                    ('unit', models.CharField(max_length=10)),
                    ('value', models.BigIntegerField()),
                    ('as_of', models.DateTimeField()),
                ],
                options={
                    'ordering': ['name', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'about_institute', 'name'), name='network_figure_once')],
                },
            ), migrations.CreateModel(
                name='Share',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('label', models.CharField(max_length=200)),
                    ('object_type', models.CharField(max_length=60)),
                    ('fields', models.JSONField()),
                    ('purpose', models.CharField(blank=True, max_length=300)),
                    ('until', models.DateField()),
                    ('state', models.CharField(choices=[('proposed', 'Proposed'), ('active', 'Shared'), ('declined', 'Declined'), ('revoked', 'Ended by who shares'), ('returned', 'Ended by who reads'), ('expired', 'Ended on its day')], default='proposed', max_length=10)),
                    ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('object_id', models.UUIDField()),
                    ('receiver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('proposed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-proposed_at', '-id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'active'))), fields=('institute', 'object_type', 'object_id', 'receiver'), name='network_share_once')],
                },
            ), migrations.CreateModel(
                name='SharedCopy',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('label', models.CharField(max_length=200)),
                    ('object_type', models.CharField(max_length=60)),
                    ('fields', models.JSONField()),
                    ('purpose', models.CharField(blank=True, max_length=300)),
                    ('until', models.DateField()),
                    ('state', models.CharField(choices=[('proposed', 'Proposed'), ('active', 'Shared'), ('declined', 'Declined'), ('revoked', 'Ended by who shares'), ('returned', 'Ended by who reads'), ('expired', 'Ended on its day')], default='proposed', max_length=10)),
                    ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('giver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('about_id', models.UUIDField(null=True)),
                    ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-proposed_at', '-id'],
                },
            ), migrations.CreateModel(
                name='SharedContent',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('copy', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contents', to='network.sharedcopy')),
                    ('until', models.DateField()),
                    ('values', models.JSONField()),
                    ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'copy'), name='network_shared_content_once')],
                },
            ), migrations.CreateModel(
                name='ShareRead',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('share_id', models.UUIDField()),
                    ('reader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('read_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('fields', models.JSONField()),
                ],
                options={
                    'ordering': ['-at', '-id'],
                    'indexes': [models.Index(fields=['institute', 'share_id', '-at'], name='network_share_read_latest')],
                },
            ), migrations.CreateModel(
                name='ShareAsk',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('object_type', models.CharField(max_length=60)),
                    ('object_id', models.UUIDField()),
                    ('label', models.CharField(max_length=200)),
                    ('message', models.CharField(blank=True, max_length=300)),
                    ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': ['-asked_at', '-id'],
                    'indexes': [models.Index(fields=['institute', 'object_id'], name='network_ask_about')],
                },
            ), migrations.CreateModel(
                name='ShareRequest',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('ask_id', models.UUIDField()),
                    ('asking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('object_type', models.CharField(max_length=60)),
                    ('object_id', models.UUIDField()),
                    ('label', models.CharField(max_length=200)),
                    ('message', models.CharField(blank=True, max_length=300)),
                    ('state', models.CharField(choices=[('open', 'Waiting'), ('granted', 'Shared'), ('declined', 'Declined')], default='open', max_length=10)),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('answered_at', models.DateTimeField(null=True)),
                ],
                options={
                    'ordering': ['-asked_at', '-id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'ask_id'), name='network_request_once')],
                },
            )],
        ),
    ]
