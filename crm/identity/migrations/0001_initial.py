import crm.base.clock
import crm.base.ids
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from crm.base.row_security import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        CreateTables(
            [migrations.CreateModel(
                name='User',
                fields=[
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                    ('name', models.CharField(max_length=120)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_service', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': ['name', 'id'],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='identity_user_email_once')],
                },
            ), migrations.CreateModel(
                name='Provider',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=200)),
                    ('kind', models.CharField(choices=[('fe', 'Further-education college'), ('he', 'University'), ('itp', 'Training provider'), ('school', 'School'), ('utc', 'University technical college')], max_length=10)),
                    ('ukprn', models.CharField(blank=True, max_length=8, verbose_name='UKPRN')),
                    ('urn', models.CharField(blank=True, max_length=7, verbose_name='URN')),
                    ('town', models.CharField(blank=True, max_length=100)),
                    ('local_authority', models.CharField(blank=True, max_length=100)),
                    ('former_names', models.JSONField(blank=True, default=list)),
                    ('source', models.CharField(blank=True, max_length=500)),
                    ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='identity.provider')),
                ],
                options={
                    'ordering': ['name', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ukprn', ''), _negated=True), fields=('ukprn',), name='identity_provider_ukprn'), models.UniqueConstraint(condition=models.Q(('urn', ''), _negated=True), fields=('urn',), name='identity_provider_urn')],
                },
            ), migrations.CreateModel(
                name='Institute',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=12, unique=True)),
                    ('name', models.CharField(max_length=160)),
                    ('short_name', models.CharField(max_length=60)),
                    ('former_names', models.JSONField(blank=True, default=list)),
                    ('kind', models.CharField(choices=[('institute', 'Institute of Technology'), ('network', 'Network')], default='institute', max_length=10)),
                    ('area', models.CharField(blank=True, max_length=120)),
                    ('wave', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='identity.provider')),
                    ('is_live', models.BooleanField(default=True)),
                    ('source', models.CharField(blank=True, max_length=500)),
                ],
                options={
                    'ordering': ['name', 'id'],
                },
            ), migrations.CreateModel(
                name='InstituteProvider',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='provider_parts', to='identity.institute')),
                    ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institute_parts', to='identity.provider')),
                    ('part', models.CharField(choices=[('lead', 'Lead'), ('core', 'Core partner'), ('associate', 'Associate')], max_length=10)),
                    ('starts_on', models.DateField(blank=True, null=True)),
                    ('ends_on', models.DateField(blank=True, null=True)),
                    ('source', models.CharField(blank=True, max_length=500)),
                ],
                options={
                    'ordering': ['part', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('institute', 'provider', 'part'), name='identity_institute_provider_once'), models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True), ('part', 'lead')), fields=('institute',), name='identity_institute_one_lead')],
                },
            ), migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('role', models.CharField(choices=[('partnership_manager', 'Partnership manager'), ('events_coordinator', 'Events coordinator'), ('bursary_administrator', 'Bursary administrator'), ('finance_officer', 'Finance officer'), ('auditor', 'Auditor'), ('director', 'Director'), ('institute_administrator', 'Institute administrator'), ('network_lead', 'Network lead'), ('sponsor_contact', 'Sponsor contact')], max_length=30)),
                    ('is_active', models.BooleanField(default=True)),
                    ('starts_on', models.DateField(default=crm.base.clock.today)),
                    ('ends_on', models.DateField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['role', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'user', 'role'), name='identity_membership_once')],
                },
            )],
        ),
    ]
