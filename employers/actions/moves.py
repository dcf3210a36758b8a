"""Somebody leaves one employer and joins another."""

import datetime as dt

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import Provider, User
from crm.outbox.record import record
from employers.actions.contacts import add_contact, end_contact
from employers.domain_events.people import ContactMoved
from employers.models import Contact, Employer


@action
def move_contact(
    *,
    contact: Contact,
    employer: Employer | None = None,
    provider: Provider | None = None,
    joined_on: dt.date | None = None,
    email: str = "",
    phone: str = "",
    job_title: str = "",
    by: User | None,
) -> Contact:
    """Let a person leave where they are and join one employer or provider on `joined_on` (today unless said).

    Their row at the old place ends that day, with its roles, what was planned to be sent to them there and their view
    of its sponsor report; it keeps its history. The new row starts without a role. What they said about being written
    to is theirs and goes with them. An address they keep is taken off the old row. Returns the new row.

    Raises Conflict when they have left already or are there already, DomainError for a day to come and as add_contact.
    """
    joined_on = joined_on or today()
    if joined_on > today():
        raise DomainError("Enter the day they moved: today or before.", field="joined_on")
    if (employer is None) == (provider is None):
        raise DomainError("Choose where they are now.", field="employer")
    contact = Contact.objects.lock(contact)
    _refuse_to_go_nowhere(contact, employer, provider)
    if contact.left_on is None:
        end_contact(contact=contact, left_on=joined_on, by=by)
    if email and email.strip().casefold() == contact.email:
        Contact.objects.filter(pk=contact.pk).update(email="", email_domain="")
    facts = {"name": contact.name, "email": email, "phone": phone, "job_title": job_title}
    joined = add_contact(employer=employer, provider=provider, by=by, **facts)
    joined.first_id, joined.joined_on = contact.person_id, joined_on
    joined.save(update_fields=["first", "joined_on"])
    search.unindex(kind="contact", object_id=contact.pk)
    record(_told(contact, joined), by=by)
    return joined


def _told(contact: Contact, joined: Contact) -> ContactMoved:
    return ContactMoved(
        contact_id=joined.id,
        earlier_id=contact.id,
        employer_id=joined.employer_id,
        left_employer_id=contact.employer_id,
        joined=str(joined.employer or joined.provider),
        left=str(contact.employer or contact.provider),
    )


def _refuse_to_go_nowhere(contact: Contact, employer: Employer | None, provider: Provider | None) -> None:
    if contact.erased_at:
        raise Conflict("This person was erased.")
    if contact.left_on is None and (contact.employer, contact.provider) == (employer, provider):
        raise Conflict("They are there already.", field="employer")
    if Contact.objects.of_person(contact.person_id).still_there().exclude(pk=contact.pk).exists():
        raise Conflict("This person has moved on already. Open their latest record.", field="employer")
