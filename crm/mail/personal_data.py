"""What mail keeps of a person: the messages to them, and what they said about being written to."""

import uuid
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now

from crm.audit.actions import erase_personal
from crm.base.errors import Conflict
from crm.core.personal_data import Person, PersonalData
from crm.core.registry import personal_data
from crm.core.reports import Cell
from crm.mail.models import Allowance, Message, MessagePreference, Occurrence, Suppression
from crm.mail.states import State

CONTACT = "employers.contact"
LEFT = "they are no longer there"
ERASED = "the person was erased"


def letters_to(person: Person) -> QuerySet[Occurrence]:
    """Every message to one of their rows or addresses."""
    by_row = Q(recipient_type=CONTACT, recipient_id__in=person.contact_ids)
    return Occurrence.objects.filter(by_row | Q(recipient_email__in=person.addresses))


@personal_data.register
class Letters(PersonalData):
    name, label, order = "mail.letters", "Messages to them", 40
    heads = ("When", "State", "About", "Subject", "To")
    fate = "What is planned is cancelled; texts, names and addresses go; that a message went, and when, stays."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        letters = letters_to(person).prefetch_related("messages").order_by("due_at", "id")
        return [
            (each.due_at, each.state_in_words, each.about, _subject(each), each.recipient_email) for each in letters
        ]

    def erase(self, person: Person, by: Any) -> int:
        """Raises Conflict while one of them is just leaving."""
        letters = letters_to(person)
        if letters.filter(state__in=[State.CLAIMED, State.HANDED_OVER]).exists():
            raise Conflict("A message to this person is leaving at this moment. Try again in a minute.")
        _cancel(letters, ERASED)
        texts = Message.objects.filter(occurrence__in=letters.values("pk"))
        texts.update(subject="", text="", html="", reply_to="", wiped_at=Now())
        Allowance.objects.filter(email__in=person.addresses).delete()
        _forget_suppressions(person, by)
        # An address that reaches nobody (RFC 2606) and is each row's own: two to one person stay two.
        nobody = Concat(Cast("pk", CharField()), Value("@erased.invalid"))
        return letters.update(recipient_email=nobody, recipient_name="", about="", reason="")

    def leave(self, contact_id: uuid.UUID, by: Any) -> None:
        _cancel(Occurrence.objects.filter(recipient_type=CONTACT, recipient_id=contact_id), LEFT)


@personal_data.register
class Preferences(PersonalData):
    name, label, order = "mail.preferences", "What they said about being written to", 45
    heads = ("When", "Purpose", "Channel", "Basis", "Where they said it")
    fate = "Stays without a name, as proof; names and addresses in it go."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        words = MessagePreference.objects.filter(person_type=CONTACT, person_id=person.person_id)
        return [
            (w.said_at, w.get_purpose_display(), w.get_channel_display(), w.get_basis_display(), w.source)
            for w in words
        ]


def _subject(letter: Occurrence) -> str:
    return next((message.subject for message in letter.messages.all()), "")


def _cancel(letters: QuerySet[Occurrence], reason: str) -> None:
    letters.filter(state=State.PLANNED).update(state=State.CANCELLED, reason=reason, settled_at=Now())


def _forget_suppressions(person: Person, by: Any) -> None:
    stopped = Suppression.objects.filter(email__in=person.addresses)
    ids = list(stopped.values_list("pk", flat=True))
    stopped.delete()
    for pk in ids:
        erase_personal(table=Suppression._meta.db_table, row_id=pk, by=by)
