import crm.base.clock
import crm.base.ids
import crm.base.periods
import crm.base.tenancy
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
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
                name='Organisation',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('legal_name', models.CharField(max_length=200)),
                    ('company_number', models.CharField(blank=True, max_length=8)),
                    ('charity_number', models.CharField(blank=True, max_length=12)),
                    ('legal_form', models.CharField(blank=True, max_length=80)),
                    ('sic_codes', models.JSONField(blank=True, default=list, verbose_name='SIC codes')),
                    ('website', models.CharField(blank=True, max_length=200)),
                    ('town', models.CharField(blank=True, max_length=100)),
                    ('source', models.CharField(blank=True, max_length=500)),
                    ('edited_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('edited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': ['legal_name', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('company_number', ''), _negated=True), fields=('company_number',), name='employers_company_number_once'), models.UniqueConstraint(condition=models.Q(('charity_number', ''), _negated=True), fields=('charity_number',), name='employers_charity_number_once'), models.CheckConstraint(condition=models.Q(('company_number', ''), ('company_number__regex', '^[A-Z0-9]{8}$'), _connector='OR'), name='employers_company_number_normalised')],
                },
            ), migrations.CreateModel(
                name='Tier',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('label', models.CharField(max_length=60)),
                    ('scale', models.CharField(choices=[('anchor', 'Anchor'), ('core', 'Core'), ('associate', 'Associate'), ('supporter', 'Supporter')], max_length=10)),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                ],
                options={
                    'ordering': ['position', 'label', 'id'],
                    'constraints': [models.UniqueConstraint(models.F('institute'), django.db.models.functions.text.Lower('label'), name='employers_tier_once')],
                },
            ), migrations.CreateModel(
                name='Employer',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('name', models.CharField(max_length=200)),
                    ('organisation', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.organisation')),
                    ('stage', models.CharField(choices=[('prospect', 'Prospect'), ('in_conversation', 'In conversation'), ('active', 'Active'), ('dormant', 'Dormant'), ('ended', 'Ended')], default='prospect', max_length=20)),
                    ('tier', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='employers', to='employers.tier')),
                    ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('sector', models.CharField(blank=True, max_length=80)),
                    ('is8_sector', models.CharField(blank=True, choices=[('advanced-manufacturing', 'Advanced Manufacturing'), ('clean-energy', 'Clean Energy Industries'), ('creative', 'Creative Industries'), ('defence', 'Defence'), ('digital', 'Digital and Technologies'), ('financial', 'Financial Services'), ('life-sciences', 'Life Sciences'), ('professional', 'Professional and Business Services')], max_length=30, verbose_name='IS-8 sector')),
                    ('sic_section', models.CharField(blank=True, choices=[('A', 'Agriculture, forestry and fishing'), ('B', 'Mining and quarrying'), ('C', 'Manufacturing'), ('D', 'Electricity, gas, steam and air conditioning supply'), ('E', 'Water supply, sewerage, waste management and remediation'), ('F', 'Construction'), ('G', 'Wholesale and retail trade; repair of motor vehicles'), ('H', 'Transportation and storage'), ('I', 'Accommodation and food service'), ('J', 'Information and communication'), ('K', 'Financial and insurance activities'), ('L', 'Real estate activities'), ('M', 'Professional, scientific and technical activities'), ('N', 'Administrative and support services'), ('O', 'Public administration and defence'), ('P', 'Education'), ('Q', 'Human health and social work'), ('R', 'Arts, entertainment and recreation'), ('S', 'Other service activities'), ('T', 'Households as employers'), ('U', 'Extraterritorial organisations')], max_length=1, verbose_name='SIC section')),
                    ('size_band', models.CharField(blank=True, choices=[('1-9', '1 to 9'), ('10-49', '10 to 49'), ('50-249', '50 to 249'), ('250-499', '250 to 499'), ('500-999', '500 to 999'), ('1000-4999', '1,000 to 4,999'), ('5000-19999', '5,000 to 19,999'), ('20000+', '20,000 or more')], max_length=12, verbose_name='size')),
                    ('website', models.CharField(blank=True, max_length=200)),
                    ('domain', models.CharField(blank=True, max_length=200)),
                    ('town', models.CharField(blank=True, max_length=100)),
                    ('postcode', models.CharField(blank=True, max_length=8)),
                    ('local_authority', models.CharField(blank=True, max_length=100)),
                    ('region', models.CharField(blank=True, max_length=40)),
                    ('lsip_area', models.CharField(blank=True, max_length=100, verbose_name='LSIP area')),
                    ('since_on', models.DateField(blank=True, null=True)),
                    ('last_contact_on', models.DateField(blank=True, null=True)),
                    ('notes', models.TextField(blank=True)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('merged_into', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer')),
                    ('sort_name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower('name'), output_field=models.CharField(max_length=200))),
                ],
                options={
                    'ordering': ['sort_name', 'id'],
                    'indexes': [models.Index(models.F('institute'), models.F('sort_name'), models.F('id'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_sorted'), models.Index(models.F('institute'), models.OrderBy(models.F('last_contact_on'), nulls_first=True), models.F('id'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_contact'), models.Index(condition=models.Q(('merged_into__isnull', True), ('stage__in', ('prospect', 'in_conversation', 'active'))), fields=['institute', 'last_contact_on'], name='employers_employer_in_play'), models.Index(models.F('institute'), models.F('updated_at'), models.F('id'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_change'), models.Index(models.F('institute'), models.F('owner'), models.F('last_contact_on'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_owner'), models.Index(models.F('institute'), models.F('tier'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_tier'), models.Index(models.F('institute'), models.F('sector'), models.F('sort_name'), models.F('id'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_sector'), models.Index(models.F('institute'), models.F('stage'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_stage'), models.Index(models.F('institute'), models.F('is8_sector'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_is8'), models.Index(models.F('institute'), models.F('sic_section'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_sic'), models.Index(models.F('institute'), models.F('size_band'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_size'), models.Index(models.F('institute'), models.F('region'), models.F('sort_name'), models.F('id'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_region'), models.Index(models.F('institute'), models.F('lsip_area'), condition=models.Q(('merged_into__isnull', True)), name='employers_employer_by_lsip'), models.Index(condition=models.Q(('domain', ''), _negated=True), fields=['institute', 'domain'], name='employers_employer_by_domain')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('organisation__isnull', False)), fields=('institute', 'organisation'), name='employers_employer_organisation_once')],
                },
            ), migrations.CreateModel(
                name='BulkChange',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('fact', models.CharField(choices=[('owner', 'Owner'), ('tier', 'Tier'), ('tag', 'Put on a tag'), ('untag', 'Take off a tag')], max_length=10)),
                    ('value', models.UUIDField(blank=True, null=True)),
                    ('changed', models.PositiveIntegerField(default=0)),
                    ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('undone_at', models.DateTimeField(blank=True, null=True)),
                    ('restored', models.PositiveIntegerField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['-made_at', '-id'],
                    'indexes': [models.Index(fields=['institute', 'by', '-made_at'], name='employers_bulkchange_latest')],
                },
            ), migrations.CreateModel(
                name='BulkChangeRow',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('change', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='employers.bulkchange')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='employers.employer')),
                    ('before', models.UUIDField(blank=True, null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'change', 'employer'), name='employers_bulkchangerow_once')],
                },
            ), migrations.CreateModel(
                name='Contact',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('employer', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='employers.employer')),
                    ('provider', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.provider')),
                    ('name', models.CharField(max_length=200)),
                    ('email', models.CharField(blank=True, max_length=254, verbose_name='e-mail')),
                    ('email_domain', models.CharField(blank=True, max_length=200)),
                    ('phone', models.CharField(blank=True, max_length=30)),
                    ('job_title', models.CharField(blank=True, max_length=120)),
                    ('joined_on', models.DateField(blank=True, null=True)),
                    ('left_on', models.DateField(blank=True, null=True)),
                    ('first', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='employers.contact')),
                    ('erased_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': [django.db.models.functions.text.Lower('name'), 'id'],
                    'indexes': [models.Index(fields=['institute', 'provider'], name='employers_contact_by_provider'), models.Index(condition=models.Q(('email_domain', ''), _negated=True), fields=['institute', 'email_domain'], name='employers_contact_by_domain')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('employer__isnull', True), ('provider__isnull', False)), models.Q(('employer__isnull', False), ('provider__isnull', True)), _connector='OR'), name='employers_contact_of_one'), models.UniqueConstraint(models.F('institute'), django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='employers_contact_email_once')],
                },
            ), migrations.CreateModel(
                name='ContactRole',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('contact', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='employers.contact')),
                    ('role', models.CharField(choices=[('main', 'Main contact'), ('sponsor_lead', 'Sponsor lead'), ('finance', 'Finance contact'), ('signatory', 'Signatory'), ('governor', 'Governor'), ('curriculum', 'Curriculum panel'), ('press', 'Press contact'), ('safeguarding', 'Safeguarding lead'), ('volunteer', 'Volunteer'), ('teacher', 'Teacher')], max_length=20)),
                    ('starts_on', models.DateField(default=crm.base.clock.today)),
                    ('ends_on', models.DateField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['role', 'starts_on', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('institute', 'contact', 'role'), name='employers_role_once'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='employers_role_period')],
                },
            ), migrations.CreateModel(
                name='Engagement',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='engagements', to='employers.employer')),
                    ('kind', models.CharField(choices=[('call', 'Call'), ('meeting', 'Meeting'), ('visit', 'Visit'), ('note', 'Note')], max_length=10)),
                    ('happened_at', models.DateTimeField()),
                    ('summary', models.TextField()),
                    ('minutes', models.PositiveIntegerField(blank=True, null=True)),
                    ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('contacts', models.ManyToManyField(related_name='engagements', through='employers.EngagementContact', through_fields=('engagement', 'contact'), to='employers.contact')),
                ],
                options={
                    'ordering': ['-happened_at', '-id'],
                    'indexes': [models.Index(fields=['institute', 'employer', '-happened_at'], name='employers_engagement_latest'), models.Index(fields=['institute', '-happened_at'], name='employers_engagement_recent')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('minutes__isnull', True), ('minutes__range', (1, 1440)), _connector='OR'), name='employers_engagement_minutes')],
                },
            ), migrations.CreateModel(
                name='EngagementContact',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('engagement', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='employers.engagement')),
                    ('contact', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='employers.contact')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'engagement', 'contact'), name='employers_took_part_once')],
                },
            ), migrations.CreateModel(
                name='CurriculumInput',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='curriculum_inputs', to='employers.employer')),
                    ('engagement', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='curriculum_inputs', to='employers.engagement')),
                    ('course', models.CharField(max_length=120)),
                    ('what_changed', models.CharField(max_length=500)),
                    ('evidence', models.CharField(blank=True, max_length=300)),
                    ('proposed_on', models.DateField(default=crm.base.clock.today)),
                    ('state', models.CharField(choices=[('proposed', 'Proposed'), ('adopted', 'Adopted'), ('declined', 'Declined')], default='proposed', max_length=10)),
                    ('decided_on', models.DateField(blank=True, null=True)),
                    ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'ordering': ['-proposed_on', '-id'],
                    'indexes': [models.Index(fields=['institute', 'state', '-proposed_on'], name='employers_curriculum_by_state')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'adopted'), _negated=True), models.Q(('evidence', ''), _negated=True), _connector='OR'), name='employers_curriculum_evidence'), models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', True), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='employers_curriculum_decided'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'declined'), _negated=True), ('reason', '')), _connector='OR'), name='employers_curriculum_reason')],
                },
            ), migrations.CreateModel(
                name='RecordFile',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='employers.employer')),
                    ('name', models.CharField(max_length=150)),
                    ('kind', models.CharField(max_length=10)),
                    ('size', models.PositiveIntegerField()),
                    ('sha256', models.CharField(max_length=64)),
                    ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('added_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                    ('removed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'ordering': ['-added_at', '-id'],
                    'indexes': [models.Index(fields=['institute', '-added_at'], name='employers_file_recent')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('institute', 'employer', 'sha256'), name='employers_file_once'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('removed_at__isnull', True)), models.Q(('removed_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='employers_file_removed')],
                },
            ), migrations.CreateModel(
                name='FileContent',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('file', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contents', to='employers.recordfile')),
                    ('data', models.BinaryField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'file'), name='employers_content_once')],
                },
            ), migrations.CreateModel(
                name='FollowUp',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('subject_type', models.CharField(max_length=60)),
                    ('subject_id', models.UUIDField()),
                    ('employer', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='employers.employer')),
                    ('title', models.CharField(max_length=200)),
                    ('due_on', models.DateField()),
                    ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                    ('done_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('dropped_reason', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'ordering': ['due_on', 'id'],
                    'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['institute', 'owner', 'due_on'], name='employers_follow_up_mine'), models.Index(condition=models.Q(('done_at__isnull', True)), fields=['institute', 'employer', 'due_on'], name='employers_follow_up_next'), models.Index(fields=['institute', 'subject_type', 'subject_id'], name='employers_follow_up_subject')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('dropped_reason', ''), ('done_at__isnull', False), _connector='OR'), name='employers_follow_up_dropped_is_closed')],
                },
            ), migrations.CreateModel(
                name='Body',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('name', models.CharField(max_length=120)),
                ],
                options={
                    'verbose_name_plural': 'bodies',
                    'ordering': [django.db.models.functions.text.Lower('name'), 'id'],
                    'constraints': [models.UniqueConstraint(models.F('institute'), django.db.models.functions.text.Lower('name'), name='employers_body_once')],
                },
            ), migrations.CreateModel(
                name='Seat',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('body', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='employers.body')),
                    ('contact', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='employers.contact')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='employers.employer')),
                    ('role', models.CharField(choices=[('chair', 'Chair'), ('deputy', 'Deputy chair'), ('member', 'Member'), ('observer', 'Observer')], default='member', max_length=10)),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['starts_on', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='employers_seat_period'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('role', 'chair')), expressions=[('institute', '='), ('body', '='), (crm.base.periods.Days('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='employers_seat_one_chair'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('institute', '='), ('body', '='), ('contact', '='), (crm.base.periods.Days('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='employers_seat_once_each')],
                },
            ), migrations.CreateModel(
                name='BodyMeeting',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('body', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='employers.body')),
                    ('held_on', models.DateField()),
                ],
                options={
                    'ordering': ['-held_on', '-id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'body', 'held_on'), name='employers_body_met_once')],
                },
            ), migrations.CreateModel(
                name='Attendance',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('meeting', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attendance', to='employers.bodymeeting')),
                    ('seat', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attendance', to='employers.seat')),
                    ('came', models.CharField(choices=[('yes', 'Came'), ('apologies', 'Sent apologies'), ('no', 'Did not come')], max_length=10)),
                ],
                options={
                    'verbose_name_plural': 'attendance',
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'meeting', 'seat'), name='employers_attended_once')],
                },
            ), migrations.CreateModel(
                name='HealthRules',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('version', models.PositiveIntegerField()),
                    ('slows_after_days', models.PositiveSmallIntegerField(default=45, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)])),
                    ('slows_points', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('quiet_after_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)])),
                    ('quiet_points', models.PositiveSmallIntegerField(default=40, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('our_promise_points', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('their_promise_points', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('most_promises', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1)])),
                    ('renewal_lead_days', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)])),
                    ('renewal_points', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('single_contact_points', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('watch_below', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('attention_below', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)])),
                    ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': ['-version'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'version'), name='employers_healthrules_version'), models.CheckConstraint(condition=models.Q(('quiet_points__gte', 1), ('slows_after_days__lt', models.F('quiet_after_days')), ('version__gte', 1), ('attention_below__lte', models.F('watch_below')), ('watch_below__lte', 100)), name='employers_healthrules_in_order')],
                },
            ), migrations.CreateModel(
                name='EmployerHealth',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='health', to='employers.employer')),
                    ('level', models.CharField(choices=[('good', 'Good'), ('watch', 'Watch'), ('attention', 'Needs attention'), ('quiet', 'Going quiet'), ('none', 'Not judged')], default='none', max_length=10)),
                    ('score', models.PositiveSmallIntegerField(default=100)),
                    ('reasons', models.JSONField(default=list)),
                    ('rules_version', models.PositiveIntegerField(default=0)),
                    ('computed_at', models.DateTimeField(null=True)),
                    ('recheck_on', models.DateField()),
                ],
                options={
                    'ordering': ['score', 'id'],
                    'indexes': [models.Index(fields=['institute', 'level'], include=('employer',), name='employers_health_by_level'), models.Index(fields=['institute', 'recheck_on'], name='employers_health_by_day'), models.Index(fields=['institute', 'rules_version'], name='employers_health_by_rules')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'employer'), name='employers_health_once'), models.CheckConstraint(condition=models.Q(('score__lte', 100)), name='employers_health_score')],
                },
            ), migrations.CreateModel(
                name='DuplicatePair',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('first', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer')),
                    ('second', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='employers.employer')),
                    ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                    ('score', models.PositiveSmallIntegerField()),
                    ('state', models.CharField(choices=[('open', 'To be looked at'), ('different', 'Not the same'), ('merged', 'Merged')], default='open', max_length=10)),
                    ('found_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-score', 'found_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['institute', '-score', 'found_at'], name='employers_pair_open')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'first', 'second'), name='employers_pair_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='employers_pair_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='employers_pair_decided')],
                },
            ), migrations.CreateModel(
                name='EmployerMerge',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('kept', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='employers.employer')),
                    ('merged', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='merged_by', to='employers.employer')),
                    ('kept_name', models.CharField(max_length=200)),
                    ('merged_name', models.CharField(max_length=200)),
                    ('taken', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                    ('moved', models.JSONField()),
                    ('attached', models.JSONField()),
                    ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': ['-at', '-id'],
                    'indexes': [models.Index(fields=['institute', '-at'], name='employers_merge_latest')],
                },
            ), migrations.CreateModel(
                name='MergeUndo',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('merge', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='undone', to='employers.employermerge')),
                    ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'merge'), name='employers_undone_once')],
                },
            ), migrations.CreateModel(
                name='FactsBeforeMerge',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('merge', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='before', to='employers.employermerge')),
                    ('facts', models.JSONField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'merge'), name='employers_before_merge_once')],
                },
            ), migrations.CreateModel(
                name='EmployerName',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='other_names', to='employers.employer')),
                    ('kind', models.CharField(choices=[('trading', 'Trading name'), ('former', 'Former name')], max_length=10)),
                    ('name', models.CharField(max_length=200)),
                ],
                options={
                    'ordering': ['-kind', django.db.models.functions.text.Lower('name'), 'id'],
                    'constraints': [models.UniqueConstraint(models.F('institute'), models.F('employer'), django.db.models.functions.text.Lower('name'), name='employers_other_name_once')],
                },
            ), migrations.CreateModel(
                name='FormerNumber',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='former_numbers', to='employers.employer')),
                    ('number', models.CharField(max_length=8)),
                ],
                options={
                    'ordering': ['number', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'number'), name='employers_former_number_once')],
                },
            ), migrations.CreateModel(
                name='NameKey',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='name_keys', to='employers.employer')),
                    ('kind', models.CharField(choices=[('current', 'Current name'), ('part', 'One half of “A trading as B”'), ('legal', 'Name in the register'), ('trading', 'Trading name'), ('former', 'Former name')], max_length=10)),
                    ('name', models.CharField(max_length=200)),
                    ('key', models.CharField(max_length=200)),
                ],
                options={
                    'indexes': [models.Index(fields=['institute', 'key'], name='employers_name_key_exact')],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'employer', 'kind', 'name'), name='employers_name_key_once')],
                },
            ), migrations.CreateModel(
                name='LiveProject',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('title', models.CharField(max_length=200)),
                    ('funder', models.CharField(max_length=120)),
                    ('reference', models.CharField(blank=True, max_length=60)),
                    ('starts_on', models.DateField(blank=True, null=True)),
                    ('ends_on', models.DateField(blank=True, null=True)),
                ],
                options={
                    'ordering': [django.db.models.functions.text.Lower('title'), 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='employers_project_period'), models.UniqueConstraint(models.F('institute'), django.db.models.functions.text.Lower('funder'), django.db.models.functions.text.Upper('reference'), condition=models.Q(('reference', ''), _negated=True), name='employers_project_once')],
                },
            ), migrations.CreateModel(
                name='ProjectEmployer',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('project', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='employers.liveproject')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='employers.employer')),
                    ('part', models.CharField(choices=[('lead', 'Lead'), ('partner', 'Partner'), ('supporter', 'Supporter')], default='partner', max_length=10)),
                ],
                options={
                    'ordering': ['part', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'project', 'employer'), name='employers_in_project_once')],
                },
            ), migrations.CreateModel(
                name='ProjectInstitute',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('project', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='other_institutes', to='employers.liveproject')),
                    ('other', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                ],
                options={
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(fields=('institute', 'project', 'other'), name='employers_project_other_once'), models.CheckConstraint(condition=models.Q(('other', models.F('institute')), _negated=True), name='employers_project_other')],
                },
            ), migrations.CreateModel(
                name='Promise',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='employers.employer')),
                    ('side', models.CharField(choices=[('ours', 'We promised'), ('theirs', 'They promised')], max_length=10)),
                    ('what', models.CharField(max_length=200)),
                    ('due_on', models.DateField()),
                    ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('contact', crm.base.tenancy.TenantForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='employers.contact')),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('state', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('let_go', 'Let go')], default='open', max_length=10)),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ('settled_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'ordering': ['due_on', 'id'],
                    'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['institute', 'due_on', 'id'], name='employers_promise_open'), models.Index(condition=models.Q(('state', 'open')), fields=['institute', 'owner', 'due_on'], name='employers_promise_mine')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='employers_promise_settled'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'let_go'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'let_go'), _negated=True), ('reason', '')), _connector='OR'), name='employers_promise_reason')],
                },
            ), migrations.CreateModel(
                name='RightsEntry',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('kind', models.CharField(choices=[('export', 'Handed out'), ('erasure', 'Erased')], max_length=10)),
                    ('contact', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rights_entries', to='employers.contact')),
                    ('reason', models.CharField(choices=[('asked', 'The person asked for it'), ('no_longer_needed', 'The data are no longer needed'), ('withdrawn', 'The person withdrew their consent'), ('unlawful', 'The data should not have been kept')], max_length=20)),
                    ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('counts', models.JSONField(default=dict)),
                ],
                options={
                    'ordering': ['-at', '-id'],
                    'indexes': [models.Index(fields=['institute', '-at'], name='employers_rights_latest')],
                },
            ), migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('name', models.CharField(max_length=60)),
                    ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('is_shared', models.BooleanField(default=False)),
                    ('query', models.CharField(blank=True, max_length=1000)),
                    ('columns', models.JSONField(blank=True, default=list)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'ordering': [django.db.models.functions.text.Lower('name'), 'id'],
                    'constraints': [models.UniqueConstraint(models.F('institute'), models.F('owner'), django.db.models.functions.text.Lower('name'), condition=models.Q(('is_shared', False)), name='employers_view_once'), models.UniqueConstraint(models.F('institute'), django.db.models.functions.text.Lower('name'), condition=models.Q(('is_shared', True)), name='employers_shared_view_once')],
                },
            ), migrations.CreateModel(
                name='SkillsNeed',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='skills_needs', to='employers.employer')),
                    ('roles', models.CharField(max_length=200)),
                    ('sector', models.CharField(blank=True, max_length=80)),
                    ('level', models.PositiveSmallIntegerField(choices=[(2, 'Level 2'), (3, 'Level 3 (A level, T Level)'), (4, 'Level 4 (HNC, higher apprenticeship)'), (5, 'Level 5 (HND, foundation degree)'), (6, 'Level 6 (degree)'), (7, 'Level 7 (master’s)'), (8, 'Level 8 (doctorate)')])),
                    ('headcount', models.PositiveIntegerField()),
                    ('needed_by', models.DateField()),
                    ('state', models.CharField(choices=[('open', 'Open'), ('met', 'Met'), ('closed', 'Closed')], default='open', max_length=10)),
                    ('settled_on', models.DateField(blank=True, null=True)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'ordering': ['needed_by', 'id'],
                    'indexes': [models.Index(fields=['institute', 'state', 'needed_by'], name='employers_skills_by_state')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('headcount__range', (1, 100000))), name='employers_skills_headcount'), models.CheckConstraint(condition=models.Q(('level__range', (2, 8))), name='employers_skills_level'), models.CheckConstraint(condition=models.Q(models.Q(('settled_on__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_on__isnull', False)), _connector='OR'), name='employers_skills_settled'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('reason', '')), _connector='OR'), name='employers_skills_reason')],
                },
            ), migrations.CreateModel(
                name='Tag',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('name', models.CharField(max_length=40)),
                ],
                options={
                    'ordering': [django.db.models.functions.text.Lower('name'), 'id'],
                    'constraints': [models.UniqueConstraint(models.F('institute'), django.db.models.functions.text.Lower('name'), name='employers_tag_once')],
                },
            ), migrations.CreateModel(
                name='EmployerTag',
                fields=[
                    ('id', models.UUIDField(default=crm.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                    ('institute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.institute')),
                    ('employer', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tag_links', to='employers.employer')),
                    ('tag', crm.base.tenancy.TenantForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='employers.tag')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('institute', 'tag', 'employer'), name='employers_tagged_once')],
                },
            )],
        ),
    ]
