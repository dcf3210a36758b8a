"""What volunteers gave becomes a contribution in kind of their employer."""

import uuid

from crm.base.errors import Conflict, NotFound
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from events.domain_events import VolunteerTimeCounted
from events.models import Challenge, Volunteer
from sponsorships.actions.contributions import (
    LineFacts,
    accept_contribution,
    deliver_contribution,
    record_contribution,
)
from sponsorships.actions.valuations import submit_valuation
from sponsorships.models import Contribution, ContributionLine, Valuation


@action
def count_volunteer_time(*, volunteer: Volunteer, rate_code: str, by: User) -> Contribution:
    """Record the hours given at a challenge as in-kind support of the volunteer's employer, valued at a rate of the
    card that was in force on the day. It counts once a second person approves the valuation.

    Once per volunteer and challenge, whatever becomes of the contribution. Raises Conflict when it was counted,
    Conflict before the challenge was held or the time noted, DomainError for a rate that was not in force.
    """
    volunteer = _lock(volunteer.pk)
    challenge = volunteer.challenge
    if volunteer.contribution_id:
        raise Conflict(f"The time of {volunteer.contact.name} was counted already.")
    if challenge.state != Challenge.State.HELD:
        raise Conflict("Mark the challenge as held first. Then the time given there can be counted.")
    if volunteer.state != Volunteer.State.ATTENDED or not volunteer.minutes:
        raise Conflict(f"Note the time that {volunteer.contact.name} gave first.")
    contribution = _give(volunteer, rate_code, by)
    volunteer.contribution = contribution
    volunteer.save(update_fields=["contribution"])
    event = VolunteerTimeCounted(
        challenge_id=challenge.id,
        title=challenge.title,
        volunteer_id=volunteer.id,
        contribution_id=contribution.id,
        employer_name=volunteer.contact.employer.name,
        minutes=volunteer.minutes,
    )
    record(event, by=by)
    return contribution


def _lock(volunteer_id: uuid.UUID) -> Volunteer:
    rows = Volunteer.objects.select_related("challenge", "contact__employer").select_for_update(of=("self",))
    locked = rows.filter(pk=volunteer_id).first()
    if locked is None:
        raise NotFound("There is no such volunteer in this institute.")
    return locked


def _give(volunteer: Volunteer, rate_code: str, by: User) -> Contribution:
    """Offered, given and accepted on the day; the hours to a hundredth, half up. No person is named: the role is."""
    day = volunteer.challenge.day
    line = LineFacts(
        item=f"{volunteer.get_role_display()} at {volunteer.challenge.title}"[:200],
        quantity_hundredths=(volunteer.minutes * 200 + 60) // 120,
        unit=ContributionLine.Unit.HOUR,
    )
    contribution = record_contribution(
        employer=volunteer.contact.employer,
        kind=Contribution.Kind.EXPERT_TIME,
        title=f"Volunteer time: {volunteer.challenge.title}"[:200],
        lines=[line],
        offered_on=day,
        by=by,
    )
    deliver_contribution(contribution=contribution, delivered_on=day, by=by)
    submit_valuation(
        line=contribution.lines.get(),
        basis=Valuation.Basis.RATE_CARD,
        rate_code=rate_code,
        note=f"{volunteer.hours} noted on the challenge's page",
        by=by,
    )
    return accept_contribution(contribution=contribution, by=by)
