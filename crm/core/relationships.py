"""What other apps know of the relationship with an employer: promises with a day, and what ends.

An app declares a source in `<app>/relationships.py`; employers.rollups asks all of them, for many employers at once.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

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
    `permission` who may follow the way to it.
    """

    name: str
    about_type: str
    noun: str
    permission: Permission

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        """What is open between us and these employers, whether its day is past or to come. One query or two."""
        raise NotImplementedError

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet:
        """Those of these rows that are still there, with what `url` needs of them."""
        raise NotImplementedError

    def url(self, row: Any) -> str:
        """Where one of `rows` stands."""
        raise NotImplementedError
