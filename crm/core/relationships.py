"""What other apps know of the relationship with an employer: promises with a day, and what ends.

An app declares a source in `<app>/relationships.py`; employers.rollups asks all of them, for many employers at once.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse

from crm.identity.roles import Permission


class Side(StrEnum):
    """What a dated fact is to the relationship. The values are stored."""

    OURS = "our_promise"  # we owe it by that day
    THEIRS = "their_promise"  # they owe it by that day
    RENEWAL = "renewal"  # it ends that day, and somebody should speak of what comes after


@dataclass(frozen=True)
class DatedFact:
    """One row that matters from a day on. `about` is its (type, id)."""

    employer_id: uuid.UUID
    side: Side
    on: dt.date
    about: tuple[str, uuid.UUID]


class RelationshipSource:
    """Base of a source; register the subclass with `relationship_sources.register`.

    `about_type` is the type of the rows it answers with, `noun` what a sentence calls one ("An agreement"), and
    `permission` who may follow the way to it, which is `page`, with what `leads_to` of the row in its address. A source
    with days to keep gives `open_rows`; one that only knows the way to its rows leaves it out.
    """

    name: str
    about_type: str
    noun: str
    permission: Permission
    model: type[Model]
    page: str  # the name of an address: "employers:contact"
    leads_to = "pk"  # "component.agreement_id"
    joined: tuple[str, ...] = ()  # what `leads_to` needs of other rows
    employer = "employer_id"  # where one of `open_rows` says whose it is, and the day
    day = "due_on"
    side = Side.OURS

    def open_rows(self) -> QuerySet | None:
        """What is open between us and any employer, whether its day is past or to come."""
        return None

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        """What is open between us and these employers. One query or none."""
        found = self.open_rows()
        if found is None:
            return
        rows = found.filter(**{f"{self.employer}__in": employer_ids})
        for pk, employer_id, day in rows.values_list("pk", self.employer, self.day):
            yield DatedFact(employer_id, self.side, day, (self.about_type, pk))

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet:
        """Those of these rows that are still there, with what `url` needs of them."""
        found = self.model.objects.filter(pk__in=ids)
        return found.select_related(*self.joined) if self.joined else found

    def url(self, row: Any) -> str:
        """Where one of `rows` stands."""
        return reverse(self.page, args=[attrgetter(self.leads_to)(row)])
