"""Reading the audit: filtered, with names beside the ids."""

import datetime as dt
import functools
import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from crm.audit.models import AuditEntry, AuditPersonal, AuditSeal, AuditSealed
from crm.audit.words import Change, changes_of, keys_in, model_of, name_field, names_of, table_words
from crm.base.clock import london_instant
from crm.base.context import acting_institute
from crm.identity.models import User

SYSTEM = "The system"


@dataclass(frozen=True)
class Told:
    """An entry with everything a page shows of it."""

    entry: AuditEntry
    thing: str  # the table in words
    name: str  # what the row is called, if it still exists and has a name
    who: str
    changes: list[Change] = field(default_factory=list)
    personal_is_erased: bool = False


@functools.cache
def audited_tables() -> tuple[str, ...]:
    """The tables whose changes are written down, as the catalogue has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = c.relname || '_audit_insert' ORDER BY 1"
        )
        return tuple(row[0] for row in cursor.fetchall())


def table_choices() -> list[tuple[str, str]]:
    """Audited tables with their names in words."""
    return sorted(((table, table_words(table)) for table in audited_tables()), key=lambda choice: choice[1].casefold())


def actor_choices() -> list[tuple[uuid.UUID, str]]:
    """The people who changed something in the acting institute."""
    theirs = AuditEntry.objects.filter(institute_id=acting_institute(), actor_id=OuterRef("id"))
    return list(User.objects.filter(Exists(theirs)).values_list("id", "name"))


def entries(
    *,
    table: str = "",
    actor: uuid.UUID | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[AuditEntry]:
    """The institute's entries, newest first; days are days in London, both included."""
    found = AuditEntry.objects.filter(institute_id=acting_institute())
    if table:
        found = found.filter(table_name=table)
    if actor:
        found = found.filter(actor_id=actor)
    if since:
        found = found.filter(at__gte=london_instant(since, dt.time.min))
    if until:
        found = found.filter(at__lte=london_instant(until, dt.time.max))
    return found


def told(found: Sequence[AuditEntry]) -> list[Told]:
    """The entries with their personal values, names and changes in words: one query for all."""
    rows = [(model_of(e.table_name), e.row_id) for e in found]
    keys = [key for entry in found for key in keys_in(entry)]
    names = _texts([e.id for e in found], [*rows, *keys, *((User, e.actor_id) for e in found if e.actor_id)])
    personal = {entry.id: json.loads(names.pop(entry.id)) for entry in found if entry.id in names}
    return [
        Told(
            entry=entry,
            thing=table_words(entry.table_name),
            name=names.get(entry.row_id) or str(entry.facts.get(name_field(model_of(entry.table_name)), "") or ""),
            who=names.get(entry.actor_id, "Somebody who is gone") if entry.actor_id else SYSTEM,
            changes=changes_of(entry, personal.get(entry.id), names),
            personal_is_erased=bool(entry.digest) and entry.id not in personal,
        )
        for entry in found
    ]


def texts_with(words: Collection[str]) -> int:
    """In how many rows of the acting institute one of these words stands, outside the audit."""
    acting_institute()
    if not words:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '300s'")  # every text of an institute is read
        cursor.execute("SELECT personal_words(%s, false)", [list(words)])
        return cursor.fetchone()[0]


def seal_of(entry: AuditEntry) -> AuditSeal | None:
    """The seal that covers an entry; None until the next one is made."""
    sealed = AuditSealed.objects.select_related("seal").filter(id=entry.id).first()
    return sealed.seal if sealed else None


def newest_seal() -> AuditSeal | None:
    """The head of the institute's chain."""
    return AuditSeal.objects.filter(institute_id=acting_institute()).first()


def _texts(entries: list[uuid.UUID], keys: Iterable[tuple[type[Model] | None, Any]]) -> dict[uuid.UUID, str]:
    """By the id of an entry its personal values as JSON, and by the id of any other row its name."""
    wanted: dict[type[Model], set[uuid.UUID]] = defaultdict(set)
    for model, key in keys:
        if model is not None:
            wanted[model].add(uuid.UUID(str(key)))
    personal = AuditPersonal.objects.filter(id__in=entries).values_list("id", Cast("values", TextField()))
    named = (names_of(model, ids) for model, ids in wanted.items())
    return dict(personal.union(*named, all=True))
