"""The people at employers and providers, and what they are to the institute."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.core.registry import personal_data
from crm.identity.models import Provider, User
from crm.outbox.record import record
from employers.domain_events import ContactAdded, ContactChanged, ContactEnded, ContactRoleEnded, ContactRoleGiven
from employers.models import Contact, ContactRole, Employer
from employers.reads.ways_in import ways_in
from employers.rollups import index_contacts, index_employer
from employers.validators import clean_email, clean_line, clean_phone, email_domain


@action
def add_contact(
    *,
    name: str,
    employer: Employer | None = None,
    provider: Provider | None = None,
    email: str = "",
    phone: str = "",
    job_title: str = "",
    by: User | None,
) -> Contact:
    """Add a person to one employer or one provider.

    Raises DomainError at the field, Conflict when the institute has the address already, NotFound when the employer
    was merged meanwhile; ValueError unless exactly one of `employer` and `provider` is given.
    """
    if (employer is None) == (provider is None):
        raise ValueError("A contact belongs to one employer or to one provider.")
    facts = _cleaned({"name": name, "email": email, "phone": phone, "job_title": job_title})
    employer = employer and Employer.objects.select_related("organisation").lock(employer)  # its number is indexed
    contact = Contact(employer=employer, provider=provider, **facts)
    _save(contact)
    record(ContactAdded(**_whose(contact)), by=by)
    return contact


@action
def change_contact(*, contact: Contact, moves_sign_in: bool = False, by: User | None, **facts: Any) -> Contact:
    """Change name, email, phone or job_title. Raises as add_contact does. Records nothing when nothing differs.

    An address that they sign in with, to the sponsor report, is changed by nobody who does not say so: raises
    DomainError at `moves_sign_in` unless that is True. They then sign in with the new one, and with another no more.
    """
    facts = _cleaned(facts)
    contact = Contact.objects.lock(contact)
    _refuse_erased(contact)
    changed = [name for name, value in facts.items() if getattr(contact, name) != value]
    before = contact.email
    if "email" in changed and not moves_sign_in:
        _refuse_to_move_sign_in(contact, facts["email"])
    for name in changed:
        setattr(contact, name, facts[name])
    if changed:
        _save(contact)
    for kind in personal_data if moves_sign_in else ():
        kind().move_sign_in(contact.pk, before, by)
    if changed:
        labels = [_LABELS[name] for name in changed if name in _LABELS]
        record(ContactChanged(fields=labels, **_whose(contact)), by=by)
    return contact


@action
def end_contact(*, contact: Contact, left_on: dt.date, by: User | None) -> Contact:
    """Say that a person has left. The roles they hold end that day; what they took part in stays.

    What was to be sent to them there is cancelled, and their view of the employer's sponsor report ends at once.

    Raises DomainError when `left_on` is in the future or before they joined, Conflict when they have left already.
    """
    contact = Contact.objects.lock(contact)
    if contact.left_on:
        raise Conflict("This person has left already.", field="left_on")
    if left_on > today():
        raise DomainError("Enter the day they left: today or before.", field="left_on")
    if contact.joined_on and left_on < contact.joined_on:
        raise DomainError(f"They joined on {contact.joined_on:%-d %B %Y}, after that day.", field="left_on")
    contact.left_on = left_on
    contact.save(update_fields=["left_on"])
    contact.roles.all().end_on(left_on)
    for kind in personal_data:
        kind().leave(contact.pk, by)
    index_contacts([contact])
    record(ContactEnded(left_on=left_on, **_whose(contact)), by=by)
    return contact


@action
def give_contact_role(*, contact: Contact, role: str, starts_on: dt.date | None = None, by: User | None) -> ContactRole:
    """Let a person be `role` from `starts_on` (today unless said) until it is ended.

    One that was to end goes on, and one that was to begin later begins then.

    Raises DomainError for an unknown role or a person who has left, Conflict when they hold it already.
    """
    if role not in ContactRole.Role.values:
        raise DomainError("Choose one of the roles.", field="role")
    contact = Contact.objects.lock(contact)
    if contact.left_on:
        raise DomainError("This person has left and can take no new role.", field="role")
    starts_on = starts_on or today()
    given = _held_from(contact, role, starts_on)
    _touch(contact)
    record(ContactRoleGiven(role=role, starts_on=starts_on, **_whose(contact)), by=by)
    return given


@action
def end_contact_role(*, contact: Contact, role: str, ends_on: dt.date | None = None, by: User | None) -> ContactRole:
    """End a role on `ends_on` (today unless said), sooner or later than it was to. Raises Conflict when not held."""
    contact = Contact.objects.lock(contact)
    held = contact.roles.going_on(today()).filter(role=role).order_by(F("ends_on").desc(nulls_first=True)).first()
    if held is None:
        raise Conflict("They do not hold this role.", field="role")
    held.ends_on = max(ends_on or today(), held.starts_on)
    held.save(update_fields=["ends_on"])
    _touch(contact)
    record(ContactRoleEnded(role=role, ends_on=held.ends_on, **_whose(contact)), by=by)
    return held


def _held_from(contact: Contact, role: str, starts_on: dt.date) -> ContactRole:
    without_end = contact.roles.filter(role=role, ends_on__isnull=True).first()
    if without_end and without_end.starts_on <= starts_on:
        raise Conflict("They hold this role already.", field="role")
    until_then = contact.roles.in_force(starts_on).filter(role=role).first()
    if until_then:
        if without_end:  # of the two one is left, without a gap
            without_end.delete()
        until_then.ends_on = None
        until_then.save(update_fields=["ends_on"])
        return until_then
    given = without_end or ContactRole(contact=contact, role=role)
    given.starts_on = starts_on
    given.save()
    return given


def _save(contact: Contact) -> None:
    _refuse_taken_address(contact)
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        if "email_once" not in str(error):
            raise
        raise Conflict("A colleague has just added this address.", field="email") from error
    index_contacts([contact])
    if contact.employer:
        index_employer(contact.employer)


def _touch(contact: Contact) -> None:
    """Whoever asks what changed since yesterday is told of a person whose roles did."""
    Contact.objects.filter(pk=contact.pk).update(updated_at=Now())


def _refuse_erased(contact: Contact) -> None:
    if contact.erased_at:
        raise Conflict("This person was erased. Nothing about them can be changed.")


def _refuse_taken_address(contact: Contact) -> None:
    if not contact.email:
        return
    other = Contact.objects.filter(email=contact.email).exclude(pk=contact.pk).first()
    if other:
        whose = other.employer or other.provider
        raise Conflict(f"{other.name} at {whose} has this address already.", field="email")


def _refuse_to_move_sign_in(contact: Contact, address: str) -> None:
    for way in ways_in(contact):
        if way.address != address:
            raise DomainError(
                f"{contact.name} signs in to {way.to} with {way.address}. Confirm on their own page that this ends and"
                " the new address takes its place.",
                field="moves_sign_in",
                code="sign_in",
            )


def _whose(contact: Contact) -> dict[str, Any]:
    return {"contact_id": contact.id, "employer_id": contact.employer_id, "provider_id": contact.provider_id}


CLEAN: dict[str, Callable[[str], str]] = {
    "name": lambda text: clean_line(text, field="name", needed="Enter the person's name."),
    "email": clean_email,
    "phone": clean_phone,
    "job_title": lambda text: clean_line(text, field="job_title", limit=120),
}
_LABELS = {"name": "name", "email": "e-mail address", "phone": "phone number", "job_title": "job title"}


def _cleaned(facts: dict[str, str]) -> dict[str, str]:
    clean = {name: CLEAN[name](value) for name, value in facts.items()}
    if "email" in clean:
        clean["email_domain"] = email_domain(clean["email"])
    return clean
