"""CSV files of any length, made by the database: COPY TO STDOUT under row security, in a transaction of its own.

The request's transaction is over when a body streams, so this opens another in the same institute, with a time limit
of its own: a million rows take longer than a page may. The cells are those of crm.core.downloads.csv_response, byte for
byte: formulas disarmed, pounds with two decimals, dates as 2026-11-24, moments in London.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from crm.base.context import InstituteContext, current_context, institute_context
from crm.core.downloads import BYTE_ORDER_MARK, FORMULA_STARTS, csv_headers
from crm.core.reports import Column, Kind

MOST_SECONDS = 600  # a slow line takes its time, and the statement waits for the reader
AT_ONCE = 500  # rows in a piece of the body

# As a class of a regular expression: "-" last, where it is no range, and without NUL, which no text here can hold.
_STARTS = "".join(sorted(set(FORMULA_STARTS) - {"\0"}, key="-".__eq__))
_MADE_OF = {
    Kind.PENCE: "({0} * 0.01)::text",
    Kind.DATE: "{0}::text",
    Kind.COUNT: "{0}::text",
    Kind.MOMENT: "date_trunc('second', {0} AT TIME ZONE 'Europe/London')::text",
}
# Nearly every text begins with a letter or a digit; comparing bytes finds that out sooner than a regular expression.
_DISARMED = """CASE WHEN {0} COLLATE "C" >= 'A' AND {0} COLLATE "C" < '~' THEN {0}
 WHEN {0} COLLATE "C" >= '0' AND {0} COLLATE "C" < '=' THEN {0}
 WHEN {0} = '' THEN NULL WHEN {0} ~ '^ *[{1}]' THEN '''' || {0} ELSE {0} END"""


def streamed_csv(name: str, columns: Sequence[Column], query: QuerySet) -> StreamingHttpResponse:
    """The rows of `query`, a values_list with a value per column, as `name`.csv. Read in the context of this moment."""
    body = _body(current_context(), columns, copy_statement(columns, query))
    return StreamingHttpResponse(body, headers=csv_headers(name))


def copy_statement(columns: Sequence[Column], query: QuerySet) -> str:
    """COPY TO STDOUT of the rows with their cells as text, values quoted into it (COPY takes no parameters)."""
    inner, values = query.query.sql_with_params()
    names = [f"c{number}" for number in range(len(columns))]
    cells = ", ".join(_cell(column, name) for column, name in zip(columns, names, strict=True))
    statement = f"COPY (SELECT {cells} FROM ({inner}) AS r ({', '.join(names)})) TO STDOUT (FORMAT csv)"  # noqa: S608
    with connection.cursor() as cursor:
        return cursor.mogrify(statement, values)


def _cell(column: Column, name: str) -> str:
    if column.kind in _MADE_OF:
        return _MADE_OF[column.kind].format(name)
    return _DISARMED.format(f"{name}::text", _STARTS)


def _body(context: InstituteContext, columns: Sequence[Column], statement: str) -> Iterator[bytes]:
    yield BYTE_ORDER_MARK + _head(columns)
    with (
        institute_context(context.acting, read=context.institutes, user_id=context.user_id),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET LOCAL statement_timeout = '{MOST_SECONDS}s'; SET LOCAL datestyle = 'ISO'")
        with cursor.copy(statement) as rows:
            yield from _pieces(rows)


def _head(columns: Sequence[Column]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(column.csv_head for column in columns)
    return line.getvalue().encode()


def _pieces(rows: Iterable[memoryview]) -> Iterator[bytes]:
    """Rows joined. The protocol ends each with LF; our files, as RFC 4180 has it, with CR LF."""
    piece: list[memoryview | bytes] = []
    for row in rows:
        piece.append(row[:-1])
        if len(piece) == AT_ONCE:
            yield b"\r\n".join([*piece, b""])
            piece.clear()
    if piece:
        yield b"\r\n".join([*piece, b""])
