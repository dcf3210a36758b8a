"""Removes what has been done for a month, and what was said in mail for longer than a season.

What waits for a person stays, however old.
"""

import datetime as dt
import uuid

from django.db import connection
from django.db.models.functions import Now

from crm.base.clock import today
from crm.core.models import IdempotencyKey
from crm.imports.models import ImportJob
from crm.imports.staging import forget_rows
from crm.imports.work import AT_WORK, NOT_APPLIED
from crm.mail.models import Allowance, Message
from crm.mail.states import NEEDS_ATTENTION, OPEN

KEEP_DAYS = 30
KEEP_MAIL_DAYS = 90

_OLD = """
SELECT e.id FROM outbox_entry e
WHERE e.institute_id = %s AND e.fanned_out_at < now() - make_interval(days => %s)
  AND NOT EXISTS (
    SELECT FROM outbox_delivery d WHERE d.institute_id = e.institute_id AND d.entry_id = e.id
      AND (d.state NOT IN ('done', 'dropped') OR d.finished_at > now() - make_interval(days => %s)))
ORDER BY e.sequence LIMIT 10000
"""


def prune_outbox(institute_id: uuid.UUID) -> int:
    """Delete old entries whose deliveries are all long finished, with those deliveries. Returns how many entries.

    At most ten thousand a run. Call it in the institute's context. Timeline lines are kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OLD, [institute_id, KEEP_DAYS, KEEP_DAYS])
        old = [row[0] for row in cursor.fetchall()]
        for table, column in (("outbox_delivery", "entry_id"), ("outbox_entry", "id")):
            cursor.execute(
                f"DELETE FROM {table} WHERE institute_id = %s AND {column} = ANY(%s)",  # noqa: S608
                [institute_id, old],
            )
    return len(old)


def forget_old_answers() -> int:
    """Delete the answers kept for requests that may no longer be repeated: after a day, and an hour to spare.

    Call it in the institute's context. Returns how many.
    """
    return IdempotencyKey.objects.filter(taken_at__lt=Now() - dt.timedelta(hours=25)).delete()[0]


def forget_old_imports() -> int:
    """Delete files and rows of imports that nobody has touched for a month; the imports keep their counts.

    One that was never applied is given up with them: there is nothing left of it that could be.

    Call it in the institute's context. Returns how many imports.
    """
    old = ImportJob.objects.filter(rows_forgotten_at=None, updated_at__lt=Now() - dt.timedelta(days=KEEP_DAYS))
    settled = list(old.exclude(state__in=AT_WORK)[:20])
    for job in settled:
        forget_rows(job)
        if job.state in NOT_APPLIED:
            job.state = ImportJob.State.DROPPED
            job.save(update_fields=["state"])
    return len(settled)


def wipe_old_mail() -> int:
    """Forget the text of mail that was settled and is older than 90 days; its row keeps to whom, when and why.

    What still needs a person keeps its text. Call it in the institute's context. Returns how many were wiped.
    """
    Allowance.objects.filter(day__lt=today() - dt.timedelta(days=1)).delete()
    old = Message.objects.filter(wiped_at=None, rendered_at__lt=Now() - dt.timedelta(days=KEEP_MAIL_DAYS))
    waiting = old.filter(occurrence__state__in=NEEDS_ATTENTION, occurrence__dealt_with_at=None)
    settled = old.exclude(occurrence__state__in=OPEN).exclude(pk__in=waiting.values("pk"))
    return Message.objects.filter(pk__in=settled.values("pk")).update(text="", html="", wiped_at=Now())
