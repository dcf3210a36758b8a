"""Several small reads in one round trip.

A page made of panels shows a few rows in each. Asked one by one they are twenty statements; asked together they are
one, and a record with every kind of fact costs no more of them than one with none. For short lists: rows travel as
JSON, which is dearer for a long one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BinaryField, DecimalField, Field, Model, QuerySet

Name = TypeVar("Name")
Related = dict[str, "Related"]
_NOT_IN_JSON = (BinaryField, DecimalField)  # these would come back as something else


def read_together(asked: Mapping[Name, QuerySet]) -> dict[Name, list[Any]]:
    """What `list(queryset)` gives for each, from one statement; for querysets of whole rows, sliced or not.

    Follows `select_related("owner", …)` and annotations. Rows of `prefetch_related` are not among them. Raises
    ValueError for a model with a column that JSON cannot carry.
    """
    found: dict[Name, list[Any]] = {name: [] for name in asked}
    shapes, parts, values = {}, [], []
    for name, rows in asked.items():
        shape = _Shape.of(rows)
        try:
            sql, parameters = rows.values_list(*shape.paths).query.sql_with_params()
        except EmptyResultSet:  # nothing can match, so there is nothing to ask
            continue
        columns = ", ".join(f"c{number}" for number in range(len(shape.paths)))
        parts.append(f"(SELECT json_agg(r)::text FROM ({sql}) AS r ({columns}))")  # noqa: S608  our own SQL
        values += parameters
        shapes[name] = shape
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            answers = cursor.fetchone()
        for (name, shape), answer in zip(shapes.items(), answers, strict=True):
            found[name] = [shape.row(iter(each.values())) for each in json.loads(answer or "[]")]
    return found


@dataclass(frozen=True)
class _Shape:
    """What one row is made of: its own columns, those of related rows, then what was annotated."""

    model: type[Model]
    related: Related
    annotated: dict[str, Field]

    @classmethod
    def of(cls, rows: QuerySet) -> "_Shape":
        annotated = {name: each.output_field for name, each in rows.query.annotation_select.items()}
        return cls(rows.model, rows.query.select_related or {}, annotated)

    @property
    def paths(self) -> list[str]:
        return [*_paths(self.model, self.related), *self.annotated]

    def row(self, values: Iterator[Any]) -> Model:
        row = _row(self.model, self.related, values)
        for name, field in self.annotated.items():
            setattr(row, name, _read(field, next(values)))
        return row


def _paths(model: type[Model], related: Related, before: str = "") -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if isinstance(field, _NOT_IN_JSON):
            raise ValueError(f"{field} cannot be read together with others")
        yield f"{before}{field.attname}"
    for name, further in related.items():
        yield from _paths(model._meta.get_field(name).related_model, further, f"{before}{name}__")


def _row(model: type[Model], related: Related, values: Iterator[Any]) -> Model | None:
    """A row of the model with its related ones; None where there is none."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    row = model.from_db(connection.alias, names, [_read(field, next(values)) for field in fields])
    for name, further in related.items():
        setattr(row, name, _row(model._meta.get_field(name).related_model, further, values))
    return row if row.pk is not None else None


def _read(field: Field, value: Any) -> Any:
    return None if value is None else field.to_python(value)
