"""Plan, open, move, close and cancel challenges; record what they cost."""

import datetime as dt
import uuid
from typing import Any

from crm.base.clock import now, today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import User
from crm.outbox.record import record
from events.actions.bookings import promote_waiting
from events.domain_events import ChallengeChanged, ChallengeCostRecorded, ChallengePlanned, ChallengeStateChanged
from events.models import Challenge, ChallengeCost, GroupBooking
from events.validators import refuse_pupil_details
from sponsorships.actions.fund_money import record_spend
from sponsorships.models import Fund
from sponsorships.validators import check_names_nobody

KIND = "challenge"
_STEPS = {
    "open": ({"planned", "closed"}, "Booking opened"),
    "closed": ({"open"}, "Booking closed"),
    "held": ({"open", "closed"}, "Held"),
    "cancelled": ({"planned", "open", "closed"}, "Cancelled"),
}


@action
def plan_challenge(
    *,
    title: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    venue: str,
    places: int,
    by: User,
    brief: str = "",
    year_group: int = 9,
    pupils_per_adult: int = 10,
    fund: Fund | None = None,
    **facts: Any,
) -> Challenge:
    """A new challenge, not yet open for booking. Raises DomainError for a day that ends before it starts."""
    _check_day(starts_at, ends_at)
    _check_fund(fund)
    challenge = Challenge.objects.create(
        title=refuse_pupil_details(title.strip(), field="title"),
        brief=refuse_pupil_details(brief.strip(), field="brief"),
        starts_at=starts_at,
        ends_at=ends_at,
        venue=venue.strip(),
        places=places,
        year_group=year_group,
        pupils_per_adult=pupils_per_adult,
        fund=fund,
        owner=by,
        **facts,
    )
    _index(challenge)
    record(ChallengePlanned(challenge_id=challenge.id, title=challenge.title, starts_at=starts_at), by=by)
    return challenge


@action
def change_challenge(*, challenge: Challenge, by: User, **changes: Any) -> Challenge:
    """Change title, brief, day, venue, places, ratio or fund.

    Places may not fall below the groups already booked; more of them go to the groups that wait. A moved day raises
    `date_version`, so reminders go out for the new one. Raises DomainError, or Conflict when a challenge that was held
    would lie ahead, and writes nothing then.
    """
    challenge = _locked(challenge.id)
    before = challenge.starts_at
    for name in ("title", "brief"):
        if name in changes:
            changes[name] = refuse_pupil_details(changes[name].strip(), field=name)
    for name, value in changes.items():
        setattr(challenge, name, value)
    _check_day(challenge.starts_at, challenge.ends_at)
    _check_fund(challenge.fund)
    booked = GroupBooking.objects.filter(challenge=challenge).taking_a_place().count()
    if challenge.places < booked:
        raise DomainError(f"{booked} groups are booked already. Enter at least {booked} places.", field="places")
    has_moved = challenge.starts_at != before
    if has_moved and challenge.state == Challenge.State.HELD and challenge.starts_at > now():
        raise Conflict("This challenge was held, so its day cannot lie ahead.", field="starts_at")
    challenge.date_version += has_moved
    challenge.save()
    promote_waiting(challenge=challenge, by=by)
    _index(challenge)
    record(
        ChallengeChanged(
            challenge_id=challenge.id, title=challenge.title, starts_at=challenge.starts_at, has_moved=has_moved
        ),
        by=by,
    )
    return challenge


@action
def set_challenge_state(*, challenge: Challenge, state: str, by: User) -> Challenge:
    """Open or close booking, mark as held, or cancel. Raises Conflict for a step that makes no sense from here."""
    challenge = _locked(challenge.id)
    allowed_from, label = _STEPS.get(state, (set(), ""))
    if challenge.state not in allowed_from:
        raise Conflict(f"A challenge that is {challenge.get_state_display().lower()} cannot become that.")
    if state == Challenge.State.HELD and challenge.starts_at > now():
        raise Conflict("The day has not come yet. Mark the challenge as held afterwards.")
    challenge.state = state
    challenge.save(update_fields=["state"])
    record(
        ChallengeStateChanged(challenge_id=challenge.id, title=challenge.title, state=state, label=label),
        by=by,
    )
    return challenge


@action
def record_challenge_cost(
    *, challenge: Challenge, what: str, pence: int, by: User, spent_on: dt.date | None = None, key: str = ""
) -> ChallengeCost:
    """Money spent on a challenge, in pence, taken from its fund in the same transaction.

    Raises DomainError when the challenge has no fund or `what` names a person, Conflict when the fund is paused,
    OverLimit (with what is left) when it holds less. The same `key` twice is one cost.
    """
    check_names_nobody(what, field="what")
    if challenge.fund is None:
        raise DomainError("Choose the fund that pays for this challenge first.", field="pence")
    key = key or str(uuid.uuid4())
    spent_on = spent_on or today()
    entry = record_spend(
        fund=challenge.fund,
        pence=pence,
        memo=f"{challenge.title}: {what}"[:200],
        source=("events.challenge", challenge.id),
        key=f"challenge-cost:{key}",
        occurred_on=spent_on,
        by=by,
        is_typed=False,  # the title of the challenge is not; `what` was looked at above
    )
    cost, is_new = ChallengeCost.objects.get_or_create(
        challenge=challenge,
        entry=entry,
        defaults={"what": what.strip(), "pence": pence, "spent_on": spent_on, "recorded_by": by},
    )
    if is_new:
        record(
            ChallengeCostRecorded(challenge_id=challenge.id, title=challenge.title, cost_id=cost.id, pence=pence),
            by=by,
        )
    return cost


def _locked(challenge_id: uuid.UUID) -> Challenge:
    return Challenge.objects.select_for_update(of=("self",)).get(pk=challenge_id)


def _check_day(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise DomainError("Enter an end that is after the start.", field="ends_at")


def _check_fund(fund: Fund | None) -> None:
    if fund is not None and fund.kind not in ("challenge", "general"):
        raise DomainError("Choose a challenge or general fund: this one is kept for another purpose.", field="fund")


def _index(challenge: Challenge) -> None:
    search.index(kind=KIND, object_id=challenge.id, title=challenge.title, subtitle=challenge.venue)
