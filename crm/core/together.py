"""Several small reads in one round trip.

A page made of panels shows a few rows in each. Asked one by one they are twenty statements; asked together they are
one, and a record with every kind of fact costs no more of them than one with none. For short lists: rows travel as
JSON, which is dearer for a long one.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BinaryField, DecimalField, Field, Model, QuerySet

Name = TypeVar("Name")
_NOT_IN_JSON = (BinaryField, DecimalField)  # these would come back as something else


@dataclass(frozen=True)
class HowMany:
    """To be asked among others: how many rows a queryset has."""

    rows: QuerySet


@dataclass(frozen=True)
class OneValue:
    """To be asked among others: what an expression of our own SQL says, as JSON has it."""

    sql: str
    parameters: Sequence[Any]


Asked = QuerySet | HowMany | OneValue


def read_together(asked: Mapping[Name, Asked]) -> dict[Name, Any]:
    """What `list(queryset)` gives for each, from one statement; for querysets of whole rows, sliced or not.

    Follows `select_related("owner", …)` and annotations. Raises ValueError for `prefetch_related`, which asks again,
    and for a model with a column that JSON cannot carry. A `values_list` gives lists of what JSON has: ids as text.
    """
    return Statement.of(asked).read()


def how_many(rows: QuerySet) -> int:
    """As `rows.count()`, put together in half the time."""
    return read_together({"rows": HowMany(rows)})["rows"]


@dataclass(frozen=True)
class Statement:
    """A question put together, which can be asked again: that takes as long as many an answer."""

    parts: list[str]
    values: list[Any]
    readers: dict[Any, Callable[[Any], Any]]  # by name, in the order of the parts
    known: dict[Any, Any]  # by name, what need not be asked

    @classmethod
    def of(cls, asked: Mapping[Any, Asked]) -> "Statement":
        """Raises ValueError as `read_together` does."""
        statement = cls([], [], {}, {})
        for name, each in asked.items():
            try:
                sql, parameters, reader = _part(each)
            except EmptyResultSet:  # nothing can match, so there is nothing to ask
                statement.known[name] = 0 if isinstance(each, HowMany) else []
                continue
            statement.parts.append(f"({sql})")
            statement.values.extend(parameters)
            statement.readers[name] = reader
        return statement

    def read(self) -> dict[Any, Any]:
        """The answers as they are now, by name."""
        if not self.parts:
            return dict(self.known)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(self.parts)}", self.values)
            answers = cursor.fetchone()
        read = {name: reader(answer) for (name, reader), answer in zip(self.readers.items(), answers, strict=True)}
        return self.known | read


def _part(asked: Asked) -> tuple[str, Sequence[Any], Callable[[Any], Any]]:
    """The SQL of one value, its parameters, and what makes an answer of it."""
    if isinstance(asked, OneValue):
        return asked.sql, asked.parameters, lambda answer: answer
    if isinstance(asked, HowMany):
        sql, parameters = asked.rows.order_by().values("pk").query.sql_with_params()
        return f"SELECT count(*) FROM ({sql}) AS r", parameters, int  # noqa: S608  our own SQL
    if asked._fields is not None:
        width, read = len(asked._fields), list
    else:
        shape = _Shape.of(asked)
        width, read = shape.width, shape.row
    sql, parameters = asked.query.sql_with_params()
    columns = ", ".join(f"c{number}" for number in range(width))
    sql = f"SELECT json_agg(r)::text FROM ({sql}) AS r ({columns})"  # noqa: S608  our own SQL
    return sql, parameters, lambda answer: [read(iter(each.values())) for each in json.loads(answer or "[]")]


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
