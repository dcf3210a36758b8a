"""What merging two employers would do, before anybody does it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Value

from employers.models import Employer, FormerNumber
from employers.reads.attachments import Attachment, attachments
from employers.reads.redirects import known_as

# Not chosen one by one: the clock, the redirect, and what other facts are worked out from.
_NOT_CHOSEN = frozenset(
    "id institute created_at updated_at merged_into organisation last_contact_on"
    " domain local_authority lsip_area".split()
)
# Facts that go with another.
FOLLOWS = {"website": ("domain",), "postcode": ("local_authority", "lsip_area")}


@dataclass(frozen=True)
class Fact:
    """One fact of both employers, as it is shown. `from_other` says which the page proposes: an empty one gives way."""

    name: str
    label: str
    kept: str
    other: str
    from_other: bool

    @property
    def differs(self) -> bool:
        return self.kept != self.other


@dataclass(frozen=True)
class Moving:
    """Rows of one table that hang on the employer that will be merged. `stays` says why they would not move."""

    attachment: Attachment
    count: int
    stays: str

    @property
    def label(self) -> str:
        return self.attachment.label


def chosen_facts() -> list[models.Field]:
    """The columns of an employer of which a merge takes one or the other: all but those worked out from others."""
    return [field for field in Employer._meta.concrete_fields if field.name not in _NOT_CHOSEN and not field.generated]


def facts_of_both(kept: Employer, other: Employer) -> list[Fact]:
    """Every fact, those that differ first."""
    facts = [
        Fact(field.name, _label(field), _shown(kept, field), _shown(other, field), _proposes_other(kept, other, field))
        for field in chosen_facts()
    ]
    return sorted(facts, key=lambda fact: not fact.differs)


def rows_of(other: Employer) -> list[Moving]:
    """Every row that hangs on the employer to be merged, counted by table in one query; tables without any are left
    out, and those that the product keeps for itself (what is worked out anew, the record of facts).
    """
    counted: dict[tuple[str, str], Moving] = {}
    watched = [a for a in attachments() if a.model._meta.label_lower not in _NEVER_NEW or not a.stays]
    counts = _counts(watched, other.pk)
    for attachment in watched:
        count, about = counts[attachment.name], (attachment.label, attachment.stays)
        if count and (about not in counted or counted[about].count < count):  # a follow-up hangs on it in two ways
            counted[about] = Moving(attachment, count, attachment.stays)
    return list(counted.values())


def _counts(watched: list[Attachment], employer_id: uuid.UUID) -> dict[str, int]:
    """By the name of each attachment how many rows hang on the employer."""
    return dict(_of_all(watched, lambda a: _named(a, employer_id).annotate(rows=Count("pk")).values_list("on", "rows")))


def _named(attachment: Attachment, employer_id: uuid.UUID) -> models.QuerySet:
    return attachment.rows(employer_id).order_by().annotate(on=Value(attachment.name)).values("on")


def _of_all(watched: list[Attachment], rows: Callable[[Attachment], models.QuerySet]) -> models.QuerySet:
    """The rows of all of them, from one statement."""
    first, *others = map(rows, watched)
    return first.union(*others, all=True)


def veto(one: Employer, other: Employer) -> str:
    """Why the two cannot be one, in words for a person; empty when nothing official says so.

    Two company numbers are two companies, unless one is known to be a former number of the other employer.
    """
    if one.organisation_id is None or other.organisation_id is None or one.organisation_id == other.organisation_id:
        return ""
    numbers = [employer.organisation.company_number for employer in (one, other)]
    if not all(numbers):
        return "They are linked to two entries of the register. Unlink one of them first."
    known = FormerNumber.objects.filter(employer__in=[*known_as(one), *known_as(other)], number__in=numbers)
    if known.exists():
        return ""
    return f"They have different company numbers, {numbers[0]} and {numbers[1]}, so they are two companies."


def attached_ids(employer_id: uuid.UUID) -> dict[str, list[str]]:
    """The ids of everything that hangs on an employer and could be new there, by the name of the attachment."""
    watched = [a for a in attachments() if a.model._meta.label_lower not in _NEVER_NEW]
    found: dict[str, list[str]] = {}
    for name, pk in _of_all(watched, lambda a: _named(a, employer_id).values_list("on", "pk")):
        found.setdefault(name, []).append(str(pk))
    return {name: sorted(ids) for name, ids in found.items()}


_NEVER_NEW = frozenset(
    "employers.employer employers.namekey employers.employerhealth employers.duplicatepair employers.bulkchangerow"
    " employers.employermerge mail.occurrence outbox.entry outbox.timelineitem".split()
)


def _label(field: models.Field) -> str:
    name = str(field.verbose_name)
    return name[:1].upper() + name[1:]


def _shown(employer: Employer, field: models.Field) -> str:
    if field.choices:
        return str(getattr(employer, f"get_{field.name}_display")())
    value: Any = getattr(employer, field.name)
    return "" if value is None else str(getattr(value, "name", value))


def _proposes_other(kept: Employer, other: Employer, field: models.Field) -> bool:
    return not getattr(kept, field.attname) and bool(getattr(other, field.attname))
