"""Everything held of one person in the acting institute."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.audit.reads import texts_with
from crm.core.personal_data import Person
from crm.core.registry import personal_data
from crm.core.reports import Cell
from crm.identity.models import User
from employers.models import Contact, Employer, RecordFile
from employers.reads.doubts import Doubt, doubts_about, files_near
from employers.validators.words import phone_number, phrase


@dataclass(frozen=True)
class Held:
    """One kind of rows, and what erasure does with them."""

    label: str
    heads: Sequence[str]
    rows: list[tuple[Cell, ...]]
    fate: str


@dataclass(frozen=True)
class Inventory:
    """All that is held. `name_is_shared`: the name stands for others too, so texts are not swept for it."""

    person: Person
    kinds: list[Held]
    name_is_shared: bool
    texts: int  # rows in which their name, an address or a number stands, all kinds of them
    doubts: list[Doubt] = field(default_factory=list)  # texts in which one word of the name stands alone
    files: list[RecordFile] = field(default_factory=list)  # whose inside nobody but a person can look into

    @property
    def digest(self) -> str:
        """Changes with what is held: an erasure is confirmed for what the person confirming it saw."""
        said = repr([(kind.label, kind.rows) for kind in self.kinds]) + f"{self.name_is_shared}"
        said += repr([(doubt.key, doubt.before, doubt.word, doubt.after) for doubt in self.doubts])
        return hashlib.sha256(said.encode()).hexdigest()


def person_of(contact: Contact) -> Person:
    """The person behind a contact, with all their rows."""
    rows = list(Contact.objects.of_person(contact.person_id).order_by("id"))
    return Person(
        person_id=contact.person_id,
        contact_ids=tuple(row.pk for row in rows),
        name=rows[-1].name,
        names=tuple(dict.fromkeys(row.name for row in rows)),
        addresses=tuple(dict.fromkeys(row.email for row in rows if row.email)),
        phones=tuple(dict.fromkeys(row.phone for row in rows if row.phone)),
    )


def inventory(person: Person) -> Inventory:
    """What every app holds of them, and how many texts hold their words."""
    kinds = [Held(kind.label, kind.heads, kind().rows(person), kind.fate) for kind in personal_data]
    is_shared = name_is_shared(person)
    texts = texts_with(_words(person, with_name=not is_shared))
    return Inventory(
        person, kinds, is_shared, texts, doubts_about(person, name_is_swept=not is_shared), files_near(person)
    )


def words_of(person: Person) -> list[str]:
    """What texts are swept for: addresses, numbers, and the whole name where it stands for nobody else."""
    return _words(person, with_name=not name_is_shared(person))


def _words(person: Person, *, with_name: bool) -> list[str]:
    names = [name for each in person.names if (name := phrase(each))] if with_name else []
    return [*names, *person.addresses, *(number for each in person.phones if (number := phone_number(each)))]


def name_is_shared(person: Person) -> bool:
    """Whether another contact, a colleague or an employer here has the name, or it is too short to tell."""
    for name in person.names:
        others = Contact.objects.filter(name__iexact=name).exclude(pk__in=person.contact_ids)
        colleagues = User.objects.filter(name__iexact=name).exclude(email__in=person.addresses)
        if not phrase(name) or others.exists() or colleagues.exists() or Employer.objects.filter(name__icontains=name):
            return True
    return False


def sections_of(held: Inventory) -> list[dict[str, Any]]:
    """The rows as other programs read them: a list of objects per kind."""
    return [
        {"name": kind.label, "rows": [dict(zip(kind.heads, map(_plain, row), strict=True)) for row in kind.rows]}
        for kind in held.kinds
        if kind.rows
    ]


def _plain(value: Cell) -> str | int | None:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
