"""Close every table to its institute, and let the database say when a row was last changed."""

from django.db import migrations

from crm.base.row_security import KeepTime, SecureTenantTable

# As KeepTime does, around the column that the database generates.
KEEP_TIME = """
CREATE TRIGGER employers_employer_touch BEFORE UPDATE ON employers_employer
  FOR EACH ROW EXECUTE FUNCTION touch_changed_row('sort_name');
CREATE INDEX employers_employer_touched ON employers_employer (institute_id, updated_at);
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0001_initial"), ("base", "0002_touch_row")]
    operations = [
        SecureTenantTable("Tier"),
        SecureTenantTable("Employer", personal=("notes",)),
        SecureTenantTable("Contact", personal=("name", "email", "email_domain", "phone", "job_title")),
        SecureTenantTable("ContactRole"),
        SecureTenantTable("Engagement", personal=("summary",)),
        SecureTenantTable("EngagementContact"),
        SecureTenantTable("FollowUp", personal=("title", "dropped_reason")),
        SecureTenantTable("Tag"),
        SecureTenantTable("EmployerTag"),
        SecureTenantTable("SavedView", personal=("name", "query")),
        SecureTenantTable("BulkChange"),
        SecureTenantTable("BulkChangeRow", audit=False),  # the change of each employer is in the audit itself
        SecureTenantTable("Promise", personal=("what", "reason")),
        SecureTenantTable("HealthRules", append_only=True),
        SecureTenantTable("RightsEntry", append_only=True),
        SecureTenantTable("Body"),
        SecureTenantTable("Seat"),
        SecureTenantTable("BodyMeeting"),
        SecureTenantTable("Attendance"),
        SecureTenantTable("CurriculumInput", personal=("what_changed", "evidence", "reason")),
        SecureTenantTable("SkillsNeed", personal=("reason",)),
        SecureTenantTable("LiveProject"),
        SecureTenantTable("ProjectEmployer"),
        SecureTenantTable("ProjectInstitute"),
        SecureTenantTable("RecordFile", personal=("name", "reason")),
        SecureTenantTable("FileContent", audit=False),  # its line has the digest
        SecureTenantTable("EmployerName"),
        SecureTenantTable("FormerNumber"),
        SecureTenantTable("NameKey", audit=False),  # it repeats what the names say
        SecureTenantTable("DuplicatePair"),
        SecureTenantTable("EmployerMerge", append_only=True),
        SecureTenantTable("MergeUndo", append_only=True),
        SecureTenantTable("FactsBeforeMerge", personal=("facts",)),
        KeepTime("Contact"),
        KeepTime("Engagement"),
        KeepTime("FollowUp"),
        KeepTime("Promise"),
        KeepTime("Body"),
        KeepTime("Seat"),
        KeepTime("BodyMeeting"),
        KeepTime("CurriculumInput"),
        KeepTime("SkillsNeed"),
        KeepTime("LiveProject"),
        migrations.RunSQL(KEEP_TIME, migrations.RunSQL.noop),
    ]
