"""Taking away what an import had added, when it is undone. People never remove a record otherwise."""

import uuid
from collections.abc import Iterator

from django.db.models import Max, QuerySet

from crm.base.clock import LONDON
from crm.base.errors import Conflict
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import User
from crm.mail.models import MessagePreference
from crm.outbox.record import record
from employers.actions.follow_ups import drop_follow_up
from employers.domain_events import CONTACT, ContactRemoved, EngagementRemoved
from employers.models import Contact, Employer, Engagement, EngagementContact, FollowUp
from employers.rollups import index_employer
from employers.validators.kinds import SPEAKING


@action
def remove_contact(*, contact: Contact, by: User | None) -> None:
    """Remove a person. Raises Conflict when they hold a role, took part in something, have said whether they may be
    written to, are what a next step is about, or were erased."""
    contact = Contact.objects.lock(contact)
    if contact.erased_at or any(rows.exists() for rows in _built_on(contact)):
        raise Conflict("Something was added to this person since.")
    employer, facts = contact.employer, (contact.id, contact.employer_id, contact.provider_id)
    contact.delete()
    search.unindex(kind="contact", object_id=facts[0])
    if employer:
        index_employer(employer)
    record(ContactRemoved(contact_id=facts[0], employer_id=facts[1], provider_id=facts[2]), by=by)


@action
def remove_engagement(*, engagement: Engagement, next_step: str = "", by: User) -> None:
    """Remove a conversation, drop the follow-up of that title that came with it if it is open, and set the employer's
    last contact back."""
    employer = Employer.objects.lock(engagement.employer)
    pk = engagement.pk
    EngagementContact.objects.filter(engagement=engagement).delete()
    engagement.delete()
    spoken = Engagement.objects.filter(employer=employer, kind__in=SPEAKING).aggregate(last=Max("happened_at"))["last"]
    employer.last_contact_on = spoken.astimezone(LONDON).date() if spoken else None
    employer.save(update_fields=["last_contact_on"])
    if next_step:
        _drop_what_came_with(pk, FollowUp.objects.filter(employer=employer, title=next_step), by)
    record(EngagementRemoved(employer_id=employer.id, engagement_id=pk), by=by)


def _built_on(contact: Contact) -> Iterator[QuerySet]:
    """Rows that no key of the database holds the person by."""
    yield contact.roles.all()
    yield EngagementContact.objects.filter(contact=contact)
    yield MessagePreference.objects.filter(person_type=CONTACT, person_id=contact.pk)
    yield FollowUp.objects.filter(subject_type=CONTACT, subject_id=contact.pk)


def _drop_what_came_with(engagement_id: uuid.UUID, steps: QuerySet[FollowUp], by: User) -> None:
    """The first that was made after the conversation: ids are in the order of their making, and one action made both.
    One that a colleague added under the same words is theirs."""
    step = steps.filter(pk__gt=engagement_id).order_by("pk").first()
    if step and step.done_at is None:
        drop_follow_up(follow_up=step, reason="The import that added it was undone.", by=by)
