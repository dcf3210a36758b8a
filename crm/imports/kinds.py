"""What can be imported. docs/how-to/import.md tells how to add a kind."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from crm.base.errors import DomainError
from crm.core.registry import import_kinds
from crm.identity.models import User
from crm.identity.roles import Permission
from crm.imports.files.separated import UNREADABLE
from crm.imports.models import ImportJob, ImportRow
from crm.imports.words import NOTHING, Clean, joined, one_line, tidy

SOURCE_KEY = "source_key"


@dataclass(frozen=True)
class Field:
    """A column of ours.

    `clean` makes of a cell's text the value that is kept (text, number, list: whatever JSON holds), or raises
    DomainError with a reason for the person. `aliases` are what files call it, likeliest first. `is_text`: words such
    as "none" mean themselves. `parts` names fields that some files have instead of it, in the order they are joined in;
    they have columns, and no facts of their own.
    """

    name: str
    label: str
    clean: Callable[[str], Any] = one_line
    aliases: tuple[str, ...] = ()
    is_needed: bool = False
    is_text: bool = False
    hint: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keys:
    """What tells rows apart: `strong` for sure (an official number), `weak` else (a name)."""

    strong: str = ""
    weak: str = ""


class ImportKind:
    """Rows of one kind: what columns there are, which record a row is about, how a chunk of rows is written.

    Register the subclass in the app's imports package with `import_kinds.register`. One instance lives for one step
    of one job. Methods get rows by the hundred and must answer in a few queries whatever their number.
    """

    name: ClassVar[str]
    label: ClassVar[str]  # "Employers"
    one: ClassVar[str]  # "employer"
    permission: ClassVar[Permission]
    fields: ClassVar[tuple[Field, ...]]
    fixed: ClassVar[frozenset[str]] = frozenset()  # filled where empty and never overwritten
    for_new: ClassVar[frozenset[str]] = frozenset()  # written with a new record and never compared
    at_once: ClassVar[int] = 1000  # rows written in one transaction
    url_name: ClassVar[str] = ""  # the page of one, for links
    do_not_call_in_templates = True  # a template that is given a class would call it

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.parts = {part for field in self.fields for part in field.parts}

    def complete(self, facts: dict[str, Any]) -> None:
        """Look at the facts of a row together. Raises DomainError at a field."""

    def keys(self, facts: dict[str, Any]) -> Keys:
        """What tells this row from others."""
        raise NotImplementedError

    def find(self, rows: Sequence[ImportRow]) -> None:
        """Set `target_id` of rows about a record that we have, or `candidates` where it may be one of several.

        Candidates with `perhaps` are only named beside the row, which stays a new one unless somebody takes them; rows
        whose first has the greater `likeness` are shown first.
        """
        raise NotImplementedError

    def follow(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
        """By the id of a record that a source spoke of, the record it is now: another where two were merged."""
        return {pk: pk for pk in ids}

    def current(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
        """What stands in the records now, in the form of facts; empty values may be left out."""
        raise NotImplementedError

    def create(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        """Write new records under the rows' `target_id`. Returns why not, by the id of each row that was not."""
        raise NotImplementedError

    def update(self, rows: Sequence[ImportRow], by: User, *, is_undo: bool = False) -> dict[uuid.UUID, str]:
        """Write the rows' `changes`; for `is_undo` they are turned round already.

        Returns why not, by row id: above all where a value is no longer the old one.
        """
        raise NotImplementedError

    def remove(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        """Undo `create`. Returns what holds a record, by row id."""
        raise NotImplementedError

    def effects(self) -> list[str]:
        """What else applying the job will do, in sentences: totals that move, reminders that start."""
        return []

    @classmethod
    def field(cls, name: str) -> Field:
        """The field of that name."""
        return next(field for field in cls.fields if field.name == name)


def candidate(pk: uuid.UUID, name: str, reason: str, *, perhaps: bool = False, likeness: float = 0.0) -> dict[str, Any]:
    """A record that a row may be about, as rows keep it. `likeness`, from 0 to 1, is kept of a `perhaps`."""
    known = {"id": str(pk), "name": name, "reason": reason, "perhaps": perhaps}
    return known | {"likeness": likeness} if perhaps else known


def kind_of(job: ImportJob) -> ImportKind:
    """The kind of a job, for one step of its work."""
    return import_kinds[job.kind](job)


def facts_of(
    kind: ImportKind, cells: Sequence[str], fixes: dict[str, str]
) -> tuple[dict[str, Any], list[dict[str, str]], list[str]]:
    """What a row says: clean facts without the empty ones, faults with field and reason, and notes."""
    facts: dict[str, Any] = {}
    faults, notes = _too_many_cells(kind.job, cells), []
    texts = {field.name: _text(kind.job, field.name, cells, fixes) for field in kind.fields}
    for field in (field for field in kind.fields if field.name not in kind.parts):
        text = _without_nothing(field, texts, notes)
        if field.parts and field.name not in fixes:
            text = joined(text, [_without_nothing(kind.field(part), texts, notes) for part in field.parts])
        try:
            value = _cleaned(field, text)
        except DomainError as refusal:
            faults.append(_fault(field.name, field.label, text, refusal.message))
            continue
        if value.note:
            notes.append(f"{field.label}: {value.note}")
        if value.value not in ("", None, []):
            facts[field.name] = value.value
    if not faults:
        try:
            kind.complete(facts)
        except DomainError as refusal:
            field = kind.field(refusal.field or kind.fields[0].name)
            faults.append(_fault(field.name, field.label, texts[field.name], refusal.message))
    return facts, faults, notes


def _text(job: ImportJob, name: str, cells: Sequence[str], fixes: dict[str, str]) -> str:
    position = job.columns.get(name)
    raw = cells[position] if position is not None and position < len(cells) else ""
    return tidy(fixes.get(name, raw))


def _without_nothing(field: Field, texts: dict[str, str], notes: list[str]) -> str:
    text = texts[field.name]
    if field.is_text or text.casefold() not in NOTHING:
        return text
    notes.append(f"{field.label}: “{text}” counts as nothing.")
    return ""


def _cleaned(field: Field, text: str) -> Clean:
    if UNREADABLE in text:
        raise DomainError("A character here could not be read. Type it again.")
    if not text:
        if field.is_needed:
            raise DomainError(f"{field.label} is missing.")
        return Clean(None)
    value = field.clean(text)
    return value if isinstance(value, Clean) else Clean(value)


def _too_many_cells(job: ImportJob, cells: Sequence[str]) -> list[dict[str, str]]:
    extra = [cell for cell in cells[len(job.headers) :] if cell.strip()]
    if not extra:
        return []
    reason = f"This row has {len(cells)} cells and the header {len(job.headers)}: is there a separator inside a text?"
    return [_fault("", "Row", extra[0], reason)]


def _fault(field: str, label: str, value: str, reason: str) -> dict[str, str]:
    return {"field": field, "label": label, "value": value[:200], "reason": reason}
