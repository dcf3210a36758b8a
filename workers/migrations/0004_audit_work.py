"""Which institutes have audit entries to seal."""

from django.db import migrations

from workers.work_kinds import WorkKind

# Looks back as far as seal_audit_entries does: a transaction may commit after later ones were sealed.
AUDIT = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND EXISTS (
  SELECT FROM audit_auditentry e
  WHERE e.institute_id = i.id
    AND e.at >= coalesce((SELECT max(s.newest_at) FROM audit_auditseal s WHERE s.institute_id = i.id)
                         - interval '1 day', '-infinity')
    AND NOT EXISTS (SELECT FROM audit_auditsealed d WHERE d.institute_id = i.id AND d.id = e.id))
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0003_mail_work"), ("audit", "0003_functions")]
    operations = [WorkKind("audit", AUDIT)]
