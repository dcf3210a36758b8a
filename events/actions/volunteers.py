"""Employers' people who help on the day."""

import datetime as dt

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.models import Contact
from events.domain_events import VolunteerAnswered, VolunteerCheckSeen, VolunteerInvited, VolunteerTimeRecorded
from events.models import Challenge, Volunteer
from events.validators import check_may_be_asked, check_somebody_came

MAX_MINUTES = 24 * 60  # nobody gives more in a day


@action
def invite_volunteer(
    *, challenge: Challenge, contact: Contact, role: str, by: User, is_unsupervised: bool = False
) -> Volunteer:
    """Ask an employer's contact to help.

    Raises Conflict when they are asked already or the challenge is over, DomainError for who has left or is at a
    school.
    """
    if contact.employer_id is None:
        raise DomainError("Choose a contact of an employer; teachers come with their school.", field="contact")
    check_may_be_asked(contact)
    if Volunteer.objects.filter(challenge=challenge, contact=contact).exists():
        raise Conflict(f"{contact.name} is on the list already.", field="contact")
    if challenge.state in (Challenge.State.CANCELLED, Challenge.State.HELD):
        raise Conflict("This challenge is over. Choose one that is still to come.")
    volunteer = Volunteer.objects.create(
        challenge=challenge, contact=contact, role=role, is_unsupervised=is_unsupervised
    )
    record(VolunteerInvited(employer_id=contact.employer_id, **_whose(volunteer)), by=by)
    return volunteer


@action
def answer_invitation(*, volunteer: Volunteer, is_coming: bool, by: User) -> Volunteer:
    """Note a yes or a no. A person without supervision needs a check that was seen.

    Raises Conflict otherwise, when they came already and when the challenge was cancelled.
    """
    volunteer = _locked(volunteer)
    if volunteer.state == Volunteer.State.ATTENDED:
        raise Conflict("This volunteer came already.")
    if volunteer.challenge.state == Challenge.State.CANCELLED:
        raise Conflict("This challenge was cancelled, so nobody is expected.")
    if is_coming and volunteer.is_unsupervised and volunteer.check_seen_on is None:
        raise Conflict("Note that the check was seen first: this role is without supervision.")
    volunteer.state = Volunteer.State.ACCEPTED if is_coming else Volunteer.State.DECLINED
    volunteer.save(update_fields=["state"])
    record(VolunteerAnswered(state=volunteer.state, **_whose(volunteer)), by=by)
    return volunteer


@action
def note_check_seen(*, volunteer: Volunteer, by: User, seen_on: dt.date | None = None) -> Volunteer:
    """Note that somebody saw the check, and when: never the certificate itself."""
    volunteer = _locked(volunteer)
    volunteer.check_seen_on, volunteer.check_seen_by = seen_on or today(), by
    volunteer.save(update_fields=["check_seen_on", "check_seen_by"])
    record(VolunteerCheckSeen(**_about(volunteer)), by=by)
    return volunteer


@action
def record_volunteer_time(*, volunteer: Volunteer, minutes: int, by: User) -> Volunteer:
    """Minutes given on the day. Raises DomainError for none or for more than a day has, Conflict before the day, for a
    challenge that was cancelled and once it was counted in kind."""
    volunteer = _locked(volunteer)
    if volunteer.contribution_id:
        raise Conflict("This time was counted in kind. Value its contribution anew instead.")
    check_somebody_came(volunteer.challenge)
    if not 0 < minutes <= MAX_MINUTES:
        raise DomainError("Enter the time given, at most 24 hours.", field="minutes")
    volunteer.minutes, volunteer.state = minutes, Volunteer.State.ATTENDED
    volunteer.save(update_fields=["minutes", "state"])
    whose = {"employer_id": volunteer.contact.employer_id, **_whose(volunteer)}
    record(VolunteerTimeRecorded(minutes=minutes, **whose), by=by)
    return volunteer


def _locked(volunteer: Volunteer) -> Volunteer:
    related = Volunteer.objects.select_related("challenge", "contact__employer")
    return related.select_for_update(of=("self",)).get(pk=volunteer.pk)


def _about(volunteer: Volunteer) -> dict[str, object]:
    challenge = volunteer.challenge
    return {"challenge_id": challenge.id, "title": challenge.title, "volunteer_id": volunteer.id}


def _whose(volunteer: Volunteer) -> dict[str, object]:
    return {**_about(volunteer), "employer_name": volunteer.contact.employer.name}
