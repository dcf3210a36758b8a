"""CSV by COPY: the cells of the ordinary writer, in a transaction of its own, under row security."""

import csv
import datetime as dt
import io

import psycopg
import pytest
from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Cast

from crm.base.context import NoInstituteContext, current_context, institute_context
from crm.core import streaming
from crm.core.downloads import csv_response
from crm.core.reports import Column, Kind
from crm.core.streaming import streamed_csv
from employers.models import Employer
from tests.factories.employers import make_employer

NAMES = (
    "Sprint",
    '=HYPERLINK("x")',
    "  =1+1",
    "@SUM(A1), and more",
    "+44 1904",
    "-1",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "'quoted' \"twice\"",
    "two\nlines",
    "lone\rreturn",
    "comma, semicolon; tab\t",
    " leading and trailing ",
    "",
    "\\.",
    "100 % of %s %(name)s",
    "中国电信 🎉",
    "NULL",
)
MOMENTS = (dt.datetime(2026, 6, 24, 13, 5, 9, 999999, tzinfo=dt.UTC), dt.datetime(2026, 1, 24, 23, 5, tzinfo=dt.UTC))
COLUMNS = (
    Column("Name, and more"),
    Column("Sector"),
    Column("Paid", Kind.PENCE),
    Column("Since", Kind.DATE),
    Column("Seen", Kind.MOMENT),
    Column("Gifts", Kind.COUNT),
    Column("Key"),
)


@pytest.fixture
def many(inside):
    for number, name in enumerate(NAMES):
        seen = {"since_on": dt.date(2026, 2, number + 1), "created_at": MOMENTS[number % 2]}
        make_employer(name, sector=NAMES[-number], **(seen if number % 3 else {"created_at": MOMENTS[0]}))
    return inside


def rows():
    pence = models.Case(models.When(since_on=None, then=Value(None)), default=F("since_on__day") * 12345 - 61725)
    count = Cast(F("since_on__day"), models.IntegerField())
    found = Employer.objects.annotate(pence=Cast(pence, models.BigIntegerField()), count=count).order_by("id")
    return found.values_list("name", "sector", "pence", "since_on", "created_at", "count", "id")


def written():
    lines = [[column.csv_cell(value) for column, value in zip(COLUMNS, row, strict=True)] for row in rows()]
    return csv_response("x", [column.csv_head for column in COLUMNS], lines)


def body_of(response):
    return b"".join(response.streaming_content)


def test_the_bytes_are_those_of_the_ordinary_writer(many):
    response = streamed_csv("x", COLUMNS, rows())
    assert body_of(response) == written().content
    assert dict(response.headers) == dict(written().headers)
    cells = list(csv.reader(io.StringIO(written().content.decode("utf-8-sig"), newline="")))
    assert {row[2] for row in cells[1:]} >= {"", "-370.35", "0.00"}
    assert cells[1][0] == "Sprint" and len(cells) == len(NAMES) + 1


def test_rows_of_another_institute_are_left_out(many, liot, people):
    theirs = people.at(liot).partnership_manager
    with institute_context(liot.id, user_id=theirs.id):
        make_employer("Elsewhere")
        response = streamed_csv("x", COLUMNS, rows())
    assert body_of(response).decode().count("Elsewhere") == 1
    assert body_of(streamed_csv("x", COLUMNS, rows())) == written().content
    assert b"Elsewhere" not in written().content


def test_the_body_is_read_in_the_context_of_the_request_though_that_is_over(yhiot, people):
    with institute_context(yhiot.id, user_id=people.auditor.id):
        make_employer("Sprint")
        response = streamed_csv("x", COLUMNS, rows())
    assert b"Sprint" in body_of(response)
    with pytest.raises(NoInstituteContext):
        current_context()


def test_a_query_outside_an_institute_is_refused(db):
    with pytest.raises(NoInstituteContext):
        streamed_csv("x", COLUMNS, rows())


def _instead(monkeypatch, statement):
    monkeypatch.setattr(streaming, "copy_statement", lambda columns, query: statement)


def _setting(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return cursor.fetchone()[0]


def test_a_file_may_take_longer_than_a_page_and_no_page_after_it(committed, yhiot, people, monkeypatch):
    _instead(monkeypatch, "COPY (SELECT current_setting('statement_timeout')) TO STDOUT")
    assert _setting("statement_timeout") == "15s"
    with institute_context(yhiot.id):
        response = streamed_csv("x", COLUMNS, rows())
    assert body_of(response).endswith(b"\r\n10min\r\n")
    assert (_setting("statement_timeout"), connection.in_atomic_block) == ("15s", False)


def test_a_reader_who_goes_away_leaves_nothing_open(committed, yhiot, monkeypatch):
    _instead(monkeypatch, "COPY (SELECT repeat('x', 100) FROM generate_series(1, 10000000)) TO STDOUT")
    with institute_context(yhiot.id):
        response = streamed_csv("x", COLUMNS, rows())
    body = iter(response.streaming_content)
    next(body)
    assert next(body).count(b"\r\n") == streaming.AT_ONCE
    response.close()
    assert (_setting("app.acting") or "", connection.in_atomic_block) == ("", False)
    with pytest.raises(NoInstituteContext):
        current_context()


def test_a_file_that_fails_half_way_breaks_off_instead_of_ending(committed, yhiot, monkeypatch):
    _instead(monkeypatch, "COPY (SELECT 1 / (2000 - n) FROM generate_series(1, 5000) n) TO STDOUT")
    with institute_context(yhiot.id):
        response = streamed_csv("x", COLUMNS, rows())
    received = []
    with pytest.raises(psycopg.DataError, match="division by zero"):
        received.extend(response.streaming_content)
    assert 1 < len(received) < 6
    assert _setting("statement_timeout") == "15s"
