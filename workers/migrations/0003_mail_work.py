"""Which institutes have mail to send or to decide about, and which to plan reminders for."""

from django.db import migrations

from workers.work_kinds import WorkKind

MAIL = """
SELECT i.id FROM identity_institute i
WHERE i.is_live AND (
  EXISTS (SELECT FROM mail_occurrence o WHERE o.institute_id = i.id AND o.state = 'planned'
          AND o.held_at IS NULL AND o.not_before <= now())
  OR EXISTS (SELECT FROM mail_occurrence o WHERE o.institute_id = i.id AND o.state = 'planned'
             AND o.expires_at <= now())
  OR EXISTS (SELECT FROM mail_occurrence o WHERE o.institute_id = i.id AND o.state IN ('claimed', 'handed_over')
             AND o.lease_until <= now()))
"""

# Every institute, each time: what is due cannot be known without looking.
REMINDERS = "SELECT i.id FROM identity_institute i WHERE i.is_live AND i.kind = 'institute'"


class Migration(migrations.Migration):
    dependencies = [("workers", "0002_institutes_with_work"), ("mail", "0002_close")]
    operations = [WorkKind("mail", MAIL), WorkKind("reminders", REMINDERS)]
