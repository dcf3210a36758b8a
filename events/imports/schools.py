"""Schools from lists of the Department for Education, such as Get Information About Schools."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from crm.base.errors import DomainError
from crm.base.names import plain
from crm.core.registry import import_kinds
from crm.identity.models import Provider, User
from crm.identity.roles import Permission
from crm.imports.kinds import Field, ImportKind, Keys
from crm.imports.models import ImportRow
from crm.imports.words import one_line
from employers.imports.one_by_one import each
from events.actions.schools import add_school

SHARED = "The list of schools is shared by all institutes: a school on it stays."
FROM_FILE = "Imported from a list of schools"
CALLED = {  # what files call our columns, as in employers/imports/headers.py
    "name": ("school name", "name of school", "schname", "establishment name", "school", "establishment"),
    "urn": ("school urn", "unique reference number", "urn number"),
    "town": ("town city", "city town", "town or city", "post town", "city"),
    "status": ("iclose", "establishment status (name)", "establishment status", "open closed"),
}


def urn(text: str) -> str:
    """Six digits. Raises DomainError."""
    if not re.fullmatch(r"[1-9]\d{5}", text.removesuffix(".0"), re.ASCII):
        raise DomainError(f"“{text[:40]}” is not a URN of six digits.")
    return text[:6]


def school_name(text: str) -> str:
    """Of a school, at most 200 characters. Raises DomainError."""
    line = one_line(text)
    if len(line) > 200:
        raise DomainError("Shorten this to 200 characters.")
    return line


def status(text: str) -> str:
    """Open. Raises DomainError for a school that is closed or only proposed."""
    word = text.casefold().removesuffix(".0")
    if word in ("2", "closed"):
        raise DomainError("This school has closed.")
    if word == "3" or word.startswith("proposed"):
        raise DomainError("This school is only proposed.")
    return "open"


@import_kinds.register
class Schools(ImportKind):
    """One row is one school, told from others by its URN. Facts of a school on the list are not overwritten."""

    name, label, one = "schools", "Schools", "school"
    permission = Permission.EDIT_CHALLENGES
    order, at_once = 40, 200
    fields = (
        Field("name", "Name", school_name, CALLED["name"], is_needed=True),
        Field("urn", "URN", urn, CALLED["urn"], is_needed=True),
        Field("town", "Town", lambda text: one_line(text)[:100], CALLED["town"]),
        Field("status", "Open or closed", status, CALLED["status"]),
    )
    fixed = frozenset({"name", "urn", "town"})
    for_new = frozenset({"status"})

    def keys(self, facts: dict[str, Any]) -> Keys:
        return Keys(strong=facts.get("urn", ""), weak=f"{plain(facts.get('name', ''))}|{facts.get('urn', '')}"[:200])

    def find(self, rows: Sequence[ImportRow]) -> None:
        known = dict(Provider.objects.filter(urn__in=[row.facts["urn"] for row in rows]).values_list("urn", "id"))
        for row in rows:
            row.target_id = known.get(row.facts["urn"])

    def current(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
        schools = Provider.objects.filter(id__in=ids)
        # An empty town is no gap to fill: the list belongs to all institutes, and none overwrites it.
        return {s.id: {"name": s.name, "urn": s.urn, "town": s.town or "not recorded"} for s in schools}

    def create(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        source = self.job.source or FROM_FILE

        def add(row: ImportRow) -> None:
            facts = {name: row.facts.get(name, "") for name in ("name", "urn", "town")}
            row.target_id = add_school(by=by, source=source, **facts).id

        return each(rows, add)

    def update(self, rows: Sequence[ImportRow], by: User, *, is_undo: bool = False) -> dict[uuid.UUID, str]:
        return {}

    def remove(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        return {row.id: SHARED for row in rows}

    def effects(self) -> list[str]:
        new = self.job.tally.get("verdicts", {}).get("new", 0)
        return [
            f"Schools on the shared list: {new:,} more. They stay there when the import is undone.",
            "No reminder starts.",
        ]
