"""Challenges and schools for tests. Call inside an institute context."""

import datetime as dt
import itertools
from typing import Any

from crm.base.clock import london_instant, today
from crm.identity.models import Provider, User
from employers.models import Contact
from events.actions.challenges import plan_challenge, set_challenge_state
from events.models import Challenge

_numbers = itertools.count(1)


HALF_PAST_NINE = dt.time(9, 30)


def school_morning(days_ahead: int) -> dt.datetime:
    """Half past nine in London so many days from today: what lasts six hours then ends on the same day."""
    return london_instant(today() + dt.timedelta(days=days_ahead), HALF_PAST_NINE)


def make_challenge(
    by: User,
    *,
    places: int = 10,
    days_ahead: int = 60,
    starts_at: dt.datetime | None = None,
    is_open: bool = True,
    **facts: Any,
) -> Challenge:
    """A challenge from half past nine to half past three, whenever the test runs. One to be held needs a past day."""
    starts_at = starts_at or school_morning(days_ahead)
    challenge = plan_challenge(
        title=facts.pop("title", "Pyramid challenge"),
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=6),
        venue="Lincolnshire Showground",
        places=places,
        by=by,
        **facts,
    )
    return set_challenge_state(challenge=challenge, state="open", by=by) if is_open else challenge


def make_school(name: str = "") -> Provider:
    return Provider.objects.create(name=name or f"Academy {next(_numbers)}", kind=Provider.Kind.SCHOOL)


def make_teacher(school: Provider) -> Contact:
    number = next(_numbers)
    return Contact.objects.create(provider=school, name="Lead teacher", email=f"teacher{number}@school.example")
