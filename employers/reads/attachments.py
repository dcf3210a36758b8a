"""Everything that hangs on an employer, in any app: found from the models, so that no later table is forgotten.

A table hangs on an employer by a key to it, or by a pair of columns such as `subject_type` and `subject_id`.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import connection, models

from crm.base.tenancy import TenantModel
from crm.core.things import things
from employers.domain_events import EMPLOYER
from employers.models import Employer

WRITTEN_FOR_GOOD = "written for good; read through the redirect"
# What does not follow its employer into another, and why. Anything else does.
STAYS = {
    "employers.employer": "the redirect of an earlier merge: it is followed step by step",
    "employers.namekey": "worked out anew",
    "employers.employerhealth": "worked out anew",
    "employers.duplicatepair": "settled with the merge",
    "employers.bulkchangerow": "says what one change did to one record",
    "outbox.entry": WRITTEN_FOR_GOOD,
    "network.share": "a merge shows nobody more than before: share the kept record anew",
    "network.shareask": "a merge shows nobody more than before: share the kept record anew",
    "network.sharerequest": "a merge shows nobody more than before: share the kept record anew",
}


@dataclass(frozen=True)
class Attachment:
    """One column, or pair of columns, by which rows of a table hang on an employer."""

    model: type[models.Model]
    column: str  # the name of the field
    is_pair: bool = False

    @property
    def name(self) -> str:
        """`employers.contact.employer`: how a merge keeps it."""
        return f"{self.model._meta.label_lower}.{self.column}"

    @property
    def label(self) -> str:
        """What its rows are called on a page."""
        return things(self.model)

    @property
    def stays(self) -> str:
        """Why its rows do not follow a merge; empty when they do."""
        known = STAYS.get(self.model._meta.label_lower, "")
        return known or (WRITTEN_FOR_GOOD if self.model._meta.db_table in _never_changed() else "")

    def rows(self, employer_id: uuid.UUID) -> models.QuerySet:
        """Of the acting institute, hanging on that employer."""
        rows = self.model._default_manager.all()
        if self.is_pair:
            return rows.filter(**{f"{self.column}_type": EMPLOYER, f"{self.column}_id": employer_id})
        return rows.filter(**{self.column: employer_id})

    def to(self, employer_id: uuid.UUID) -> dict[str, uuid.UUID]:
        """What to write so that a row hangs on that employer."""
        return {f"{self.column}_id": employer_id}


def attachments() -> list[Attachment]:
    """Every one, by the name of its rows."""
    return sorted(_found(), key=lambda attachment: (attachment.label, attachment.name))


def _found() -> Iterator[Attachment]:
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        names = {field.name for field in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            if field.related_model is Employer:
                yield Attachment(model, field.name)
            pair = field.name.removesuffix("_type")
            if pair != field.name and f"{pair}_id" in names:
                yield Attachment(model, pair, is_pair=True)


@cache
def _never_changed() -> frozenset[str]:
    """The tables of which the application may update no column: those that only grow."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND NOT has_any_column_privilege(oid, 'UPDATE')"
        )
        return frozenset(name for (name,) in cursor.fetchall())
