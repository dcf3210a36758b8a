"""Many rows in a few statements: COPY into a temporary table, then INSERT … SELECT or UPDATE … FROM.

PostgreSQL refuses COPY straight into a table under row security; from a temporary one rows pass the policies, the
triggers and the constraints like any others. A few rows of several tables are written by one INSERT with others in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from django.db.models.sql import InsertQuery

_TABLE = "bulk_rows"
_OF_THEIR_OWN = frozenset({"JSONField", "ArrayField", "BinaryField"})  # other values go as they are


def bulk_insert(rows: Sequence[models.Model], *, on_conflict: str = "") -> int:
    """Insert model instances of one class, with their defaults; tenant rows into the acting institute.

    `on_conflict` is SQL after ON CONFLICT. Returns how many rows were inserted or, by it, changed.
    """
    if not rows:
        return 0
    model, fields = type(rows[0]), _given(rows)
    values = _values(rows, fields)
    with _copied(model, fields, values) as cursor:
        names = _names(fields)
        clause = f" ON CONFLICT {on_conflict}" if on_conflict else ""
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {_TABLE}{clause}")  # noqa: S608  our names
        return cursor.rowcount


def insert_together(rows: Iterable[models.Model]) -> None:
    """Insert a few model instances of any classes in one statement, with their defaults; tenant rows into the acting
    institute. A row may point at another one of them: the database looks when the statement ends.
    """
    of: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        of[type(row)].append(row)
    if not of:
        return
    statements, values = [], []
    for model, some in of.items():
        query = InsertQuery(model)
        query.insert_values(_given(some), some)
        [(sql, its_values)] = query.get_compiler(connection=connection).as_sql()
        statements.append(sql)
        values += its_values
    *first, last = statements
    beside = ", ".join(f"part_{number} AS ({sql})" for number, sql in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {beside} {last}" if beside else last, values)
    for row in (row for some in of.values() for row in some):
        row._state.adding, row._state.db = False, connection.alias


def bulk_update(rows: Sequence[models.Model], fields: Iterable[str]) -> int:
    """Write the named fields of model instances of one class. Returns how many rows that was."""
    if not rows:
        return 0
    model = type(rows[0])
    chosen = [model._meta.get_field(name) for name in fields]
    key = model._meta.pk
    values = _values(rows, [key, *chosen])
    with _copied(model, [key, *chosen], values) as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        writes = ", ".join(f'"{field.column}" = new."{field.column}"' for field in chosen)
        cursor.execute(f'UPDATE {table} AS t SET {writes} FROM {_TABLE} AS new WHERE t.id = new."id"')  # noqa: S608
        return cursor.rowcount


@contextmanager
def _copied(
    model: type[models.Model], fields: Sequence[models.Field], values: Iterable[Sequence[Any]]
) -> Iterator[Any]:
    """A cursor beside the temporary table that holds the values; the table is gone afterwards."""
    table, names = connection.ops.quote_name(model._meta.db_table), _names(fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_TABLE} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608
        )
        with cursor.copy(f"COPY {_TABLE} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
        yield cursor
        cursor.execute(f"DROP TABLE {_TABLE}")


def _given(rows: Sequence[models.Model]) -> list[models.Field]:
    """The columns that instances of one class bring with them; each belongs to the acting institute from here on."""
    for row in rows:
        if hasattr(row, "belong_to_acting_institute"):
            row.belong_to_acting_institute()
    given = (field for field in type(rows[0])._meta.concrete_fields if not field.generated)
    return [field for field in given if not isinstance(getattr(rows[0], field.attname), DatabaseDefault)]


def _names(fields: Sequence[models.Field]) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


def _values(rows: Iterable[models.Model], fields: Sequence[models.Field]) -> Iterator[list[Any]]:
    """What the rows hold, column by column. Asking each field each time would take as long as all else together."""
    asked = [(field.attname, field if field.get_internal_type() in _OF_THEIR_OWN else None) for field in fields]
    for row in rows:
        yield [
            getattr(row, name) if field is None else field.get_db_prep_save(getattr(row, name), connection)
            for name, field in asked
        ]
