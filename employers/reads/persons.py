"""One person over all their places, and how they may be written to."""

from dataclasses import dataclass, field

from crm.mail.models import MessagePreference
from crm.mail.preferences import Purpose
from crm.mail.standing import Standing, standings
from employers.models import Contact, ContactRole, RightsEntry
from employers.reads.subscribers import SubscriberClass, class_of_contact

CONTACT = "employers.contact"


@dataclass(frozen=True)
class Place:
    """Where somebody is or was, with the roles they held there."""

    contact: Contact
    where: str
    roles: list[ContactRole] = field(default_factory=list)


@dataclass(frozen=True)
class Writing:
    """May they be written to: the class of their line, each purpose and channel, and their own words, latest first."""

    line: SubscriberClass
    standings: list[Standing]
    said: list[MessagePreference]

    @property
    def by_purpose(self) -> list[tuple[Purpose, list[Standing]]]:
        """The standings of each purpose, in their order."""
        return [(purpose, [s for s in self.standings if s.purpose == purpose]) for purpose in Purpose]


def places_of(contact: Contact) -> list[Place]:
    """Every place of the person, the latest first. Two queries."""
    rows = Contact.objects.of_person(contact.person_id).select_related("employer", "provider").prefetch_related("roles")
    return [Place(row, str(row.employer or row.provider), list(row.roles.all())) for row in rows.order_by("-id")]


def writing_to(contact: Contact) -> Writing:
    """What the law and the person say about writing to them at this place."""
    said = list(MessagePreference.objects.filter(person_type=CONTACT, person_id=contact.person_id))
    line = class_of_contact(contact)
    return Writing(line, standings(said, line.subscriber), said)


def rights_used(contact: Contact) -> list[RightsEntry]:
    """When their data were handed out or erased, the latest first."""
    return list(RightsEntry.objects.filter(contact=contact.person_id).select_related("by"))
