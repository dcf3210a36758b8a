"""What is held of one person, asked of every app.

An app registers one class per kind in its personal_data.py. The export shows the rows of each, erasure runs them all,
and who leaves an employer is let go by each. A kind that is not registered is still found by the sweep over all texts
(crm.audit.actions.erase_texts), but nobody can show it to the person.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model

from crm.core.reports import Cell
from crm.identity.roles import Permission

ERASED = "Erased person"


@dataclass(frozen=True)
class Person:
    """Whom it is about, within one institute: ids, and what they are recognised by."""

    person_id: uuid.UUID
    contact_ids: tuple[uuid.UUID, ...]
    name: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    phones: tuple[str, ...]


@dataclass(frozen=True)
class TextAbout:
    """A column in which people write about an employer, and may call somebody there by no more than a first name.

    `employer` leads from the model to the employer, `dated` to the day that a person knows the row by.
    """

    model: type[Model]
    field: str
    label: str
    employer: str = "employer"
    dated: str = ""


@dataclass(frozen=True)
class SignIn:
    """What a contact signs in to, with which address, and the right one needs to say with which."""

    to: str  # "the sponsor report"
    address: str
    permission: Permission


class PersonalData:
    """One kind of rows about a person, in the acting institute."""

    name: ClassVar[str]  # "mail.letters"
    label: ClassVar[str]  # "Messages to them"
    heads: ClassVar[Sequence[str]]  # of the columns of `rows`
    fate: ClassVar[str]  # what erasure does with it, as a sentence
    order: ClassVar[int] = 100
    texts: ClassVar[Sequence[TextAbout]] = ()  # where a person has to judge whom a first name means

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        """Everything of this kind, ready to show: what the person is given."""
        raise NotImplementedError

    def erase(self, person: Person, by: Any) -> int:
        """Take the identity out of all of it. Amounts, days and the number of rows stay. Returns how many changed."""
        return 0

    def leave(self, contact_id: uuid.UUID, by: Any) -> None:
        """They left the employer as whose contact `contact_id` is known: end what they had in that capacity."""

    def sign_in(self, contact_id: uuid.UUID) -> SignIn | None:
        """What that contact signs in to; None where it is nothing."""
        return None

    def move_sign_in(self, contact_id: uuid.UUID, before: str, by: Any) -> None:
        """That contact's address was `before`: let them sign in with the one they have, and no more with another."""
