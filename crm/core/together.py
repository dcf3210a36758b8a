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
_NOT_IN_JSON = (BinaryField, DecimalField)  # these would come back as something else


def read_together(asked: Mapping[Name, QuerySet]) -> dict[Name, list[Any]]:
    """What `list(queryset)` gives for each, from one statement; for querysets of whole rows, sliced or not.

    Follows `select_related("owner", …)` and annotations. Raises ValueError for `prefetch_related`, which asks again,
    and for a model with a column that JSON cannot carry.
    """
    found: dict[Name, list[Any]] = {name: [] for name in asked}
    shapes, parts, values = {}, [], []
    for name, rows in asked.items():
        shape = _Shape.of(rows)
        try:
            sql, parameters = rows.query.sql_with_params()
        except EmptyResultSet:  # nothing can match, so there is nothing to ask
            continue
        columns = ", ".join(f"c{number}" for number in range(shape.width))
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
    """What a row is made of, in the order of Django's columns: its own, what was annotated, those of related rows."""

    model: type[Model]
    annotated: dict[str, Field]
    related: dict[str, "_Shape"]  # by the name of the key

    @classmethod
    def of(cls, rows: QuerySet) -> "_Shape":
        if rows._prefetch_related_lookups:
            raise ValueError(f"Rows of {rows.model.__name__} with prefetch_related cannot be read together with others")
        annotated = {name: each.output_field for name, each in rows.query.annotation_select.items()}
        return cls._of_model(rows.model, annotated, rows.query.select_related or {})

    @classmethod
    def _of_model(cls, model: type[Model], annotated: dict[str, Field], related: dict[str, Any]) -> "_Shape":
        for field in model._meta.concrete_fields:
            if isinstance(field, _NOT_IN_JSON):
                raise ValueError(f"{field} cannot be read together with others")
        keys = [field for field in model._meta.fields if field.name in related]
        return cls(
            model, annotated, {key.name: cls._of_model(key.related_model, {}, related[key.name]) for key in keys}
        )

    @property
    def width(self) -> int:
        """How many columns that is."""
        own = len(self.model._meta.concrete_fields) + len(self.annotated)
        return own + sum(further.width for further in self.related.values())

    def row(self, values: Iterator[Any]) -> Model | None:
        """The row with its related ones; None where there is none."""
        fields = self.model._meta.concrete_fields
        names = [field.attname for field in fields]
        row = self.model.from_db(connection.alias, names, [_read(field, next(values)) for field in fields])
        for name, field in self.annotated.items():
            setattr(row, name, _read(field, next(values)))
        for name, further in self.related.items():
            setattr(row, name, further.row(values))
        return row if row.pk is not None else None


def _read(field: Field, value: Any) -> Any:
    return None if value is None else field.to_python(value)
