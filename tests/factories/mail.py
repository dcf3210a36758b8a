"""Real reminders for tests: a follow-up that is overdue, planned by the engine."""

import datetime as dt
from typing import Any

from crm.base.ids import new_id
from crm.identity.models import User
from crm.mail.models import Occurrence
from employers.models import FollowUp
from employers.reminders import FollowUpOverdue
from workers.reminders import plan_one

MONDAY = dt.date(2026, 11, 23)
TUESDAY_AT_EIGHT = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)  # when a reminder of Monday's follow-up is due


def make_follow_up(owner: User, title: str = "Call Jo about placements", due_on: dt.date = MONDAY) -> FollowUp:
    return FollowUp.objects.create(
        subject_type="employers.employer", subject_id=new_id(), title=title, due_on=due_on, owner=owner
    )


def make_reminder(
    owner: User, /, title: str = "Call Jo about placements", due_on: dt.date = MONDAY, **facts: Any
) -> Occurrence:
    """Planned for 08:00 on the working day after `due_on`. `facts` are set on it afterwards."""
    return make_reminders(owner, [title], due_on, **facts)[0]


def make_reminders(owner: User, titles: list[str], due_on: dt.date = MONDAY, /, **facts: Any) -> list[Occurrence]:
    """One for each title, in that order."""
    follow_ups = [make_follow_up(owner, title, due_on).pk for title in titles]
    plan_one(FollowUpOverdue(), due_on)
    planned = Occurrence.objects.filter(subject_id__in=follow_ups)
    planned.update(**facts) if facts else None
    by_subject = {occurrence.subject_id: occurrence for occurrence in planned}
    return [by_subject[pk] for pk in follow_ups]
