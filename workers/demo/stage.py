"""What the demo's scenes share: where they play, who acts, and when."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from crm.base.clock import LONDON, academic_year_starts, london_instant, replayed_at
from crm.base.context import institute_context
from crm.identity.models import Institute, User
from crm.identity.roles import Role
from employers.models import Employer
from workers.demo.people import who

REFERENCE = "QL-DEMO"
NOTE = (
    "Public: one broadband company sponsors two institutes with £530,000 over three years, mostly for bursaries, plus"
    " an annual challenge. Dates, split, people and every other figure are invented."
)
SOURCE = "FE News, “Institutes of Technology: Empowering Learners, Powering the UK Economy” (Rosa Wells)"


def real_today() -> dt.date:
    """The date in London, whatever moment is being replayed."""
    return timezone.now().astimezone(LONDON).date()


def first_year() -> dt.date:
    """The 1 August on which the story begins: two academic years before this one, so that it is always half told."""
    start = academic_year_starts(real_today())
    return start.replace(year=start.year - 2)


def on(years: int, month: int, day: int) -> dt.date:
    """A date in the story: `years` academic years after its first, in that month."""
    start = first_year()
    return dt.date(start.year + years + (month < 8), month, day)


@contextmanager
def scene(code: str, role: Role, day: dt.date, hour: int = 10) -> Iterator[User]:
    """Act inside an institute as its person with that role, on that day."""
    actor = who(code, role)
    institute = Institute.objects.get(code=code)
    moment = min(london_instant(day, dt.time(hour)), timezone.now())  # today's scenes play now, not later today
    with replayed_at(moment), institute_context(institute.id, user_id=actor.id):
        yield actor


def employer(name: str) -> Employer:
    """The acting institute's employer of that name."""
    return Employer.objects.get(name=name)
