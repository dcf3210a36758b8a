"""Tables, columns and values as a reader knows them."""

import datetime as dt
import functools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, DateField, DateTimeField, Field, ForeignKey, Model, QuerySet, UUIDField
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from crm.audit.models import AuditEntry
from crm.base.money import format_pounds
from crm.core.things import thing, thing_called

# How rows of a model are named where one field of theirs does not say it. See names_rows_of.
Namer = Callable[[set[Any]], QuerySet]
_namers: dict[type[Model], Namer] = {}

# The field a row of another table is called by, the first that it has.
NAMES = ("name", "title", "label", "legal_name", "pseudonym")
EMPTY = "nothing"


@dataclass(frozen=True)
class Change:
    """One column of an entry. `before` is "" where a row was added, `after` where it was removed."""

    column: str  # as the model calls it
    label: str
    before: str
    after: str
    is_personal: bool


def names_rows_of(model: type[Model]) -> Callable[[Namer], Namer]:
    """Decorator: this function names rows of `model` on the audit's pages, for apps above this one.

    It takes ids and returns a `values_list` of (id, name) in no order, which is read in one statement with others.
    """

    def keep(function: Namer) -> Namer:
        _namers[model] = function
        return function

    return keep


def names_of(model: type[Model], ids: set[Any]) -> QuerySet:
    """(id, name) of rows by id, not read yet; none where rows of that model have no name."""
    if model in _namers:
        return _namers[model](ids)
    field = name_field(model)
    named = model.objects.filter(pk__in=ids).order_by()
    return named.values_list("pk", field) if field else named.none().values_list("pk", "pk")


@functools.cache
def model_of(table: str) -> type[Model] | None:
    """The model of a table; None for one that the product no longer has."""
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def table_words(table: str) -> str:
    """`employers_followup` is `Follow-up`: what the pages call it."""
    model = model_of(table)
    words = thing(model) if model else table.partition("_")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def name_field(model: type[Model] | None) -> str:
    """The field that rows of a model are called by; "" when they have no name."""
    fields = {field.name for field in model._meta.local_fields} if model else set()
    return next((name for name in NAMES if name in fields), "")


def changes_of(entry: AuditEntry, personal: dict[str, Any] | None, names: dict[Any, str]) -> list[Change]:
    """The columns of an entry in the order of the model. `names` has the names of the rows that keys point at."""
    fields = _fields(entry.table_name)
    found = [(column, value, False) for column, value in entry.facts.items()]
    found += [(column, value, True) for column, value in (personal or {}).items()]
    order = list(fields)
    found.sort(key=lambda c: (order.index(c[0]) if c[0] in fields else len(order), c[0]))
    changes = [
        _change(entry.action, fields.get(column), column, value, is_personal, names)
        for column, value, is_personal in found
    ]
    return [change for change in changes if (change.before or EMPTY, change.after or EMPTY) != (EMPTY, EMPTY)]


def keys_in(entry: AuditEntry) -> list[tuple[type[Model], Any]]:
    """The rows of other tables that the entry's facts point at."""
    fields = _fields(entry.table_name)
    keys = []
    for column, value in entry.facts.items():
        field = fields.get(column)
        if isinstance(field, ForeignKey):
            values = value if entry.action == AuditEntry.Action.UPDATE else [value]
            keys += [(field.related_model, one) for one in values if one]
    return keys


def _fields(table: str) -> dict[str, Field]:
    model = model_of(table)
    return {field.column: field for field in model._meta.local_fields} if model else {}


def _change(
    action: str, field: Field | None, column: str, value: Any, is_personal: bool, names: dict[Any, str]
) -> Change:
    label = _label(field) if field else column.replace("_", " ")
    label = label.removesuffix(" pence")
    said = functools.partial(_value_words, field, column, names=names)
    before, after = value if action == AuditEntry.Action.UPDATE else (None, value)
    if action == AuditEntry.Action.DELETE:
        before, after = after, None
    return Change(
        column=field.name if field else column,
        label=label[:1].upper() + label[1:],
        before="" if action == AuditEntry.Action.INSERT else said(before),
        after="" if action == AuditEntry.Action.DELETE else said(after),
        is_personal=is_personal,
    )


def _label(field: Field) -> str:
    """A column that is called by the model it points at is called as pages call that."""
    label, other = str(field.verbose_name), field.related_model
    return thing(other) if other and label == str(other._meta.verbose_name) else label


def _value_words(field: Field | None, column: str, value: Any, *, names: dict[Any, str]) -> str:
    if value in (None, "", [], {}):
        return EMPTY
    if column.endswith("_pence") and isinstance(value, int):
        return format_pounds(value, exact=True)
    if isinstance(field, ForeignKey | UUIDField):
        return names.get(_uuid(value)) or f"…{str(value)[-8:]}"
    if column.endswith("_type") and thing_called(str(value)):
        return thing_called(str(value))
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, BooleanField):
        return "yes" if value else "no"
    return _date_words(field, value) or (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _date_words(field: Field | None, value: Any) -> str:
    if isinstance(field, DateTimeField):
        moment = parse_datetime(str(value))
        return f"{timezone.localtime(moment):%-d %b %Y, %H:%M:%S}" if moment else ""
    if isinstance(field, DateField):
        day: dt.date | None = parse_date(str(value))
        return f"{day:%-d %b %Y}" if day else ""
    return ""


def _uuid(value: Any) -> Any:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return value
