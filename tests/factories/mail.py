"""Occurrences for tests: as the planner leaves them, about nothing in particular."""

import datetime as dt
from typing import Any

from crm.base.clock import now
from crm.base.ids import new_id
from crm.mail.models import Occurrence


def make_occurrence(**facts: Any) -> Occurrence:
    """A planned one that was due a minute ago, of the reminder that tests/workers/plain_reminder.py registers."""
    due_at = facts.pop("due_at", now() - dt.timedelta(minutes=1))
    return Occurrence.objects.create(
        **{
            "rule": "tests.plain",
            "subject_type": "tests.subject",
            "subject_id": new_id(),
            "recipient_email": "jo@employer.example",
            "recipient_name": "Jo Marsh",
            "occurrence_key": "once",
            "due_on": due_at.date(),
            "due_at": due_at,
            "not_before": due_at,
            "expires_at": due_at + dt.timedelta(days=14),
            "why": "because this is a test",
            **facts,
        }
    )
