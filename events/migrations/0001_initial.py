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
        ('sponsorships', '0001_initial'),
    ]

    operations = [
        CreateTables(
            [migrations.CreateModel(
                name='Challenge',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('title', models.CharField(max_length=160)),
                    ('brief', models.TextField(blank=True)),
                    ('year_group', models.PositiveSmallIntegerField(default=9)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('date_version', models.PositiveSmallIntegerField(default=1)),
                    ('venue', models.CharField(max_length=200)),
                    ('places', models.PositiveSmallIntegerField()),
                    ('pupils_per_adult', models.PositiveSmallIntegerField(default=10)),
                    ('state', models.CharField(choices=[('planned', 'Planned'), ('open', 'Open for booking'), ('closed', 'Booking closed'), ('held', 'Held'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                    ('fund', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='challenges', to='sponsorships.fund')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('is_illustrative', models.BooleanField(default=False)),
                    ('source', models.CharField(blank=True, max_length=500)),
                ],
                options={
                    'ordering': ['starts_at', 'id'],
                    'indexes': [models.Index(fields=['institute', 'starts_at'], name='events_challenge_by_date')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='events_challenge_ends_after_start'), models.CheckConstraint(condition=models.Q(('places__gt', 0)), name='events_challenge_has_places'), models.CheckConstraint(condition=models.Q(('pupils_per_adult__gt', 0)), name='events_challenge_ratio')],
                },
            ), migrations.CreateModel(
                name='ChallengeCost',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('challenge', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='costs', to='events.challenge')),
                    ('what', models.CharField(max_length=160)),
                    ('pence', models.BigIntegerField()),
                    ('spent_on', models.DateField()),
                    ('entry', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sponsorships.journalentry')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['spent_on', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('pence__gt', 0)), name='events_cost_positive')],
                },
            ), migrations.CreateModel(
                name='GroupBooking',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('challenge', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='events.challenge')),
                    ('school', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.provider')),
                    ('contact', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.contact')),
                    ('pupils', models.PositiveSmallIntegerField()),
                    ('adults', models.PositiveSmallIntegerField()),
                    ('step_free', models.PositiveSmallIntegerField(default=0)),
                    ('dietary', models.PositiveSmallIntegerField(default=0)),
                    ('support_places', models.PositiveSmallIntegerField(default=0)),
                    ('attended_pupils', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('state', models.CharField(choices=[('confirmed', 'Booked'), ('waiting', 'Waiting list'), ('withdrawn', 'Withdrawn'), ('attended', 'Came'), ('no_show', 'Did not come')], max_length=10)),
                    ('booked_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['booked_at', 'id'],
                    'indexes': [models.Index(fields=['institute', 'challenge', 'state', 'booked_at'], name='events_booking_state')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('institute', 'challenge', 'school'), name='events_booking_once_per_school'), models.CheckConstraint(condition=models.Q(('adults__gt', 0), ('pupils__gt', 0)), name='events_booking_has_people')],
                },
            ), migrations.CreateModel(
                name='Volunteer',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('challenge', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='volunteers', to='events.challenge')),
                    ('contact', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.contact')),
                    ('role', models.CharField(choices=[('mentor', 'Mentor'), ('judge', 'Judge'), ('speaker', 'Speaker'), ('helper', 'Helper')], max_length=10)),
                    ('state', models.CharField(choices=[('invited', 'Invited'), ('accepted', 'Coming'), ('declined', 'Cannot come'), ('attended', 'Came')], default='invited', max_length=10)),
                    ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('is_unsupervised', models.BooleanField(default=False)),
                    ('check_seen_on', models.DateField(blank=True, null=True)),
                    ('check_seen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('contribution', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sponsorships.contribution')),
                ],
                options={
                    'ordering': ['role', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'challenge', 'contact'), name='events_volunteer_once'), models.CheckConstraint(condition=models.Q(models.Q(('check_seen_by__isnull', True), ('check_seen_on__isnull', True)), models.Q(('check_seen_by__isnull', False), ('check_seen_on__isnull', False)), _connector='OR'), name='events_volunteer_check_who_and_when')],
                },
            )],
        ),
    ]
