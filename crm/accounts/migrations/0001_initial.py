import crm.base.clock
import crm.base.ids
import crm.base.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crm.base.row_security import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0002_close'),
        # They alter what points at people, which is quick while little does: each draws all of that anew.
        ('mfa', '0003_authenticator_type_uniq'),
        ('socialaccount', '0006_alter_socialaccount_extra_data'),
        ('usersessions', '0001_initial'),
    ]

    operations = [
        CreateTables(
            [migrations.CreateModel(
                name='FactorLock',
                fields=[
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                    ('wrong', models.PositiveSmallIntegerField(default=0)),
                    ('locks', models.PositiveSmallIntegerField(default=0)),
                    ('locked_until', models.DateTimeField(null=True)),
                ],
            ), migrations.CreateModel(
                name='SecondFactorChange',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.CharField(choices=[('added', 'Added'), ('removed', 'Removed'), ('codes_made', 'Recovery codes made'), ('reset', 'Reset by an administrator'), ('locked', 'Locked after wrong tries')], max_length=20)),
                    ('factor', models.CharField(blank=True, max_length=40)),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('happened_at', models.DateTimeField(default=crm.base.clock.now)),
                ],
                options={
                    'verbose_name': 'second factor',
                },
            ), migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('membership', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='identity.membership')),
                    ('name', models.CharField(max_length=120)),
                    ('invited_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('invited_at', models.DateTimeField(default=crm.base.clock.now)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'membership'), name='accounts_invitation_once')],
                },
            ), migrations.CreateModel(
                name='DemoLink',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('token_hash', models.CharField(max_length=64, unique=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('label', models.CharField(max_length=120)),
                    ('expires_at', models.DateTimeField()),
                    ('used_at', models.DateTimeField(null=True)),
                ],
            ), migrations.CreateModel(
                name='ApiToken',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('name', models.CharField(max_length=80)),
                    ('prefix', models.CharField(max_length=20)),
                    ('digest', models.BinaryField(max_length=32)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                    ('created_at', models.DateTimeField(default=crm.base.clock.now)),
                    ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('expires_at', models.DateTimeField()),
                    ('revoked_at', models.DateTimeField(null=True)),
                    ('revoked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['name', '-created_at', 'id'],
                    'indexes': [models.Index(fields=['digest'], name='accounts_apitoken_digest'), models.Index(fields=['institute', 'user'], name='accounts_apitoken_of_user')],
                },
            )],
        ),
    ]
