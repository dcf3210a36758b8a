"""Challenges and schools for tests. Call inside an institute context."""

import datetime as dt
import itertools
from typing import Any

from crm.base.clock import now
from crm.identity.models import Provider, User
from employers.models import Contact
from events.actions.challenges import plan_challenge, set_challenge_state
from events.models import Challenge

_numbers = itertools.count(1)


def make_challenge(
    by: User,
    *,
    places: int = 10,
    days_ahead: int = 60,
    starts_at: dt.datetime | None = None,
    is_open: bool = True,
    **facts: Any,
) -> Challenge:
    starts_at = starts_at or now() + dt.timedelta(days=days_ahead)
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
