"""Pages by cursor: each page starts after the last row of the one before, by the list's own order.

No row is left out or shown twice while others come and go, and page 4,000 costs what page 1 costs.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from crm.core.api.problems import Problem

DEFAULT_SIZE, LARGEST_SIZE = 25, 100
_SALT = "crm.core.api.cursor"


@dataclass(frozen=True)
class Key:
    """One column of the order. PostgreSQL puts NULL last when ascending and first when descending, unless told."""

    name: str
    expression: Any
    descending: bool
    nulls_first: bool
    nullable: bool

    def order(self) -> OrderBy:
        places = {"nulls_first": True} if self.nulls_first else {"nulls_last": True}
        if self.nulls_first == self.descending:
            places = {}  # PostgreSQL's own way, which plain indexes serve
        return OrderBy(F(self.name), descending=self.descending, **places)

    def after(self, value: Any) -> Q:
        """Rows that come strictly after `value` by this column."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.nulls_first else Q(pk__in=[])
        later = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return later | Q(**{f"{self.name}__isnull": True}) if self.nullable and not self.nulls_first else later

    def bound(self, value: Any) -> Q:
        """What an index can look up: every row from `value` on. Nothing where NULL may stand in between."""
        if value is None or self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


@dataclass(frozen=True)
class PageOfRows:
    """Rows and the cursor of the next page, "" on the last. `first` stands at the first row: in the opposite order the
    page before starts after it."""

    rows: list[Any]
    next_cursor: str
    first: str = ""


def page(rows: QuerySet, *, size: int, cursor: str, list_of: str, skip: int = 0) -> PageOfRows:
    """A page of `rows` in their own order, the primary key settling ties. One query. `skip` passes over some first.

    `list_of` names the list with its filters; a cursor of another list is refused (Problem 400).
    """
    keys = _keys(rows)
    mark = hashlib.sha256(list_of.encode()).hexdigest()[:16]
    ordered = rows.annotate(**{key.name: key.expression for key in keys}).order_by(*(key.order() for key in keys))
    if cursor:
        ordered = ordered.filter(_after(keys, _values(ordered, keys, cursor, mark)))
    found = list(ordered[skip : skip + size + 1])
    more = len(found) > size
    found = found[:size]
    first = _cursor(found[0], keys, mark) if found else ""
    return PageOfRows(found, _cursor(found[-1], keys, mark) if more else "", first)


def _keys(rows: QuerySet) -> list[Key]:
    asked = list(rows.query.order_by or rows.model._meta.ordering)
    if not any(_named(item) in ("pk", "id") for item in asked):
        asked.append("pk")
    return [_key(rows.model, place, item) for place, item in enumerate(asked)]


def _named(item: Any) -> str:
    return item.lstrip("-") if isinstance(item, str) else getattr(getattr(item, "expression", item), "name", "")


def _key(model: type[Model], place: int, item: Any) -> Key:
    name = f"_key{place}"
    if isinstance(item, str):
        item = OrderBy(F(item.lstrip("-")), descending=item.startswith("-"))
    if not isinstance(item, OrderBy):
        item = OrderBy(item)
    first = item.nulls_first or (item.descending and not item.nulls_last)
    return Key(name, item.expression, item.descending, bool(first), _may_be_null(model, item.expression))


def _may_be_null(model: type[Model], expression: Any) -> bool:
    """Yes, unless it is a column that never is, or a plain function of one."""
    if isinstance(expression, F):
        names = {field.name: field.null for field in model._meta.concrete_fields} | {"pk": False}
        return names.get(expression.name, True)
    sources = expression.get_source_expressions()
    return not (isinstance(expression, Lower) and not any(_may_be_null(model, source) for source in sources))


def _after(keys: list[Key], values: list[Any]) -> Q:
    """(a, b) > (x, y) as a > x OR a = x AND b > y, with NULL in its place."""
    wanted = Q(pk__in=[])
    same = Q()
    for key, value in zip(keys, values, strict=True):
        wanted |= same & key.after(value)
        same &= key.same(value)
    return wanted & keys[0].bound(values[0])


def _cursor(row: Any, keys: list[Key], mark: str) -> str:
    values = [None if (v := getattr(row, key.name)) is None else str(v) for key in keys]
    return signing.dumps([mark, *values], salt=_SALT, compress=True)


def _values(rows: QuerySet, keys: list[Key], cursor: str, mark: str) -> list[Any]:
    """What the cursor stands after. It is signed, so its contents are ours; its list may still be another."""
    try:
        found, *values = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature as error:
        raise _bad_cursor("This is no cursor of ours. Leave it out to start from the beginning.") from error
    if found != mark or len(values) != len(keys):
        raise _bad_cursor("This cursor belongs to a list with other filters. Leave it out, or keep the filters.")
    fields = [rows.query.annotations[key.name].output_field for key in keys]
    return [None if value is None else field.to_python(value) for field, value in zip(fields, values, strict=True)]


def _bad_cursor(detail: str) -> Problem:
    return Problem("bad_parameter", errors=[{"parameter": "cursor", "code": "invalid", "detail": detail}])
