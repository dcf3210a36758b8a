import crm.base.ids
import crm.base.tenancy
import django.db.models.deletion
import django.db.models.functions.text
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
                name='MessagePreference',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('person_type', models.CharField(max_length=60)),
                    ('person_id', models.UUIDField()),
                    ('purpose', models.CharField(choices=[('service', 'About what they agreed to or signed up for'), ('marketing', 'News, invitations and offers')], max_length=10)),
                    ('channel', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone'), ('post', 'Post')], max_length=10)),
                    ('allowed', models.BooleanField()),
                    ('basis', models.CharField(choices=[('consent', 'They said yes'), ('soft_opt_in', 'They asked about the like before and did not refuse'), ('legitimate_interests', 'Legitimate interests, noted in a balancing test'), ('objection', 'They said no'), ('withdrawal', 'They took their yes back')], max_length=20)),
                    ('source', models.CharField(max_length=200)),
                    ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('noted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': ['-said_at', '-id'],
                    'indexes': [models.Index(fields=['institute', 'person_type', 'person_id'], name='mail_preference_of_person')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('allowed', False), ('basis__in', ('objection', 'withdrawal'))), models.Q(('allowed', True), models.Q(('basis__in', ('objection', 'withdrawal')), _negated=True)), _connector='OR'), name='mail_preference_basis_fits')],
                },
            ), migrations.CreateModel(
                name='Occurrence',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('rule', models.CharField(max_length=80)),
                    ('subject_type', models.CharField(blank=True, max_length=60)),
                    ('subject_id', models.UUIDField()),
                    ('recipient_email', models.CharField(blank=True, max_length=254)),
                    ('recipient_name', models.CharField(blank=True, max_length=200)),
                    ('recipient_type', models.CharField(blank=True, max_length=60)),
                    ('recipient_id', models.UUIDField(null=True)),
                    ('occurrence_key', models.CharField(max_length=60)),
                    ('schedule_version', models.PositiveSmallIntegerField(default=1)),
                    ('about', models.CharField(blank=True, max_length=200)),
                    ('due_on', models.DateField()),
                    ('due_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('why', models.CharField(max_length=300)),
                    ('is_urgent', models.BooleanField(default=False)),
                    ('is_late', models.BooleanField(default=False)),
                    ('state', models.CharField(choices=[('planned', 'Planned'), ('claimed', 'Being prepared'), ('handed_over', 'Being handed over'), ('sent', 'Sent'), ('unknown', 'May have arrived'), ('skipped', 'Skipped'), ('failed', 'Failed'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], default='planned', max_length=12)),
                    ('reason', models.CharField(blank=True, max_length=300)),
                    ('held_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('held_at', models.DateTimeField(null=True)),
                    ('dealt_with_at', models.DateTimeField(null=True)),
                    ('not_before', models.DateTimeField()),
                    ('attempt', models.PositiveSmallIntegerField(default=0)),
                    ('tries', models.PositiveSmallIntegerField(default=0)),
                    ('first_attempt_at', models.DateTimeField(null=True)),
                    ('owner', models.CharField(blank=True, max_length=80)),
                    ('lease_until', models.DateTimeField(null=True)),
                    ('message_id', models.CharField(blank=True, max_length=200)),
                    ('planned_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('handed_over_at', models.DateTimeField(null=True)),
                    ('settled_at', models.DateTimeField(null=True)),
                ],
                options={
                    'ordering': ['due_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['institute', 'not_before'], name='mail_occurrence_waiting'), models.Index(condition=models.Q(('state', 'planned')), fields=['institute', 'expires_at'], name='mail_occurrence_expiring'), models.Index(condition=models.Q(('state__in', ['claimed', 'handed_over'])), fields=['institute', 'lease_until'], name='mail_occurrence_leased'), models.Index(fields=['institute', '-due_at'], name='mail_occurrence_due'), models.Index(condition=models.Q(('recipient_type', 'employers.contact'), ('settled_at__isnull', False)), fields=['institute', 'recipient_id', '-settled_at'], name='mail_occurrence_to_contact'), models.Index(condition=models.Q(('settled_at__isnull', False)), fields=['institute', '-settled_at'], name='mail_occurrence_settled')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'rule', 'subject_id', 'recipient_email', 'occurrence_key', 'schedule_version'), name='mail_occurrence_once'), models.CheckConstraint(condition=models.Q(('recipient_email', django.db.models.functions.text.Lower('recipient_email'))), name='mail_occurrence_lower_email')],
                },
            ), migrations.CreateModel(
                name='Message',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('occurrence', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='mail.occurrence')),
                    ('subject', models.CharField(max_length=300)),
                    ('text', models.TextField(blank=True)),
                    ('html', models.TextField(blank=True)),
                    ('from_email', models.CharField(max_length=320)),
                    ('reply_to', models.CharField(blank=True, max_length=320)),
                    ('is_secret', models.BooleanField(default=False)),
                    ('rendered_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('wiped_at', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'occurrence'), name='mail_message_once')],
                },
            ), migrations.CreateModel(
                name='DeliveryAttempt',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('occurrence', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='mail.occurrence')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('phase', models.CharField(max_length=12)),
                    ('reply_code', models.PositiveSmallIntegerField(null=True)),
                    ('reply_text', models.CharField(blank=True, max_length=300)),
                    ('result', models.CharField(choices=[('planned', 'Planned'), ('claimed', 'Being prepared'), ('handed_over', 'Being handed over'), ('sent', 'Sent'), ('unknown', 'May have arrived'), ('skipped', 'Skipped'), ('failed', 'Failed'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], max_length=12)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': ['number', 'at', 'id'],
                },
            ), migrations.CreateModel(
                name='Suppression',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('email', models.CharField(max_length=254)),
                    ('reason', models.CharField(choices=[('refused', 'The mail server says there is no such address'), ('asked', 'The person asked for no more mail')], max_length=10)),
                    ('detail', models.CharField(blank=True, max_length=300)),
                    ('since', models.DateTimeField(default=django.utils.timezone.now)),
                    ('lifted_at', models.DateTimeField(null=True)),
                    ('lifted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('institute', 'email'), name='mail_suppression_once'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='mail_suppression_lower_email')],
                },
            ), migrations.CreateModel(
                name='Allowance',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('email', models.CharField(max_length=254)),
                    ('day', models.DateField()),
                    ('left', models.PositiveSmallIntegerField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'email'), name='mail_allowance_once')],
                },
            ), migrations.CreateModel(
                name='Sweep',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('rule', models.CharField(max_length=80)),
                    ('looked_at', models.DateTimeField()),
                    ('candidates', models.PositiveIntegerField(default=0)),
                    ('planned', models.PositiveIntegerField(default=0)),
                    ('moved', models.PositiveIntegerField(default=0)),
                    ('cancelled', models.PositiveIntegerField(default=0)),
                    ('last_planned_at', models.DateTimeField(null=True)),
                    ('last_error', models.CharField(blank=True, max_length=300)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'rule'), name='mail_sweep_once')],
                },
            ), migrations.CreateModel(
                name='MailServer',
                fields=[
                    ('address', models.CharField(max_length=300, primary_key=True, serialize=False)),
                    ('failures', models.PositiveIntegerField(default=0)),
                    ('rest_until', models.DateTimeField(null=True)),
                    ('last_error', models.CharField(blank=True, max_length=300)),
                    ('answered_at', models.DateTimeField(null=True)),
                ],
            )],
        ),
    ]
