"""Reports: who sees which, what stands in them, and that the file says what the page says."""

import csv
import datetime as dt
import io

import pytest

from crm.base.clock import LONDON, today
from crm.base.context import institute_context
from crm.core.documents import xlsx
from crm.core.downloads import safe_cell
from crm.core.registry import reports
from crm.core.reports import Kind
from crm.web.views import reports as pages
from employers.models import Engagement, FollowUp
from events.models import GroupBooking
from sponsorships.rollups import fold_fund_usage
from tests.browser import in_every_look
from tests.factories.agreements import make_signed, make_sponsor
from tests.factories.contributions import make_counted
from tests.factories.employers import make_contact, make_employer, make_tier
from tests.factories.events import make_challenge, make_school
from tests.factories.funds import make_award, make_fund
from tests.queries import own_queries
from tests.reading import sheets_of, text_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOMENT = dt.datetime(2026, 6, 24, 13, 5, 9, tzinfo=dt.UTC)
FRAME = 3  # session, person, roles
QUERIES = {
    name: 1 for name in ("employers", "overdue-follow-ups", "conversations", "instalments", "in-kind", "journal")
}
QUERIES |= {"funds": 4, "challenges": 1, "changes": 1}
QUERIES |= {"journal": 2, "instalments": 3}  # with the funds and agreements to choose from
ALL_STAFF = {"employers", "overdue-follow-ups", "conversations"}
MONEY = {"funds", "instalments", "journal"}
ENDS = ("/", ".csv", ".xlsx", ".pdf")
SEEN = {
    "partnership_manager": ALL_STAFF | {"instalments", "in-kind", "challenges"},
    "events_coordinator": ALL_STAFF | {"challenges"},
    "bursary_administrator": ALL_STAFF | MONEY,
    "finance_officer": ALL_STAFF | MONEY | {"in-kind"},
    "auditor": set(QUERIES),
    "director": set(QUERIES),
}


def days(count: int) -> dt.date:
    return today() + dt.timedelta(days=count)


def fill_each_report(by, director, bursary_administrator, institute, number: int = 0) -> None:
    """One row more in each report."""
    facts = {"stage": "active", "tier": make_tier(), "owner": by, "sector": "Rail", "last_contact_on": days(-18)}
    employer = make_employer(f"Sprint {number}", **facts)
    about = {"subject_type": "employers.employer", "subject_id": employer.id, "employer": employer}
    FollowUp.objects.create(title="Call Jo", due_on=days(-7), owner=by, **about)
    Engagement.objects.create(employer=employer, kind="call", happened_at=MOMENT, summary="=Spoke,\nbriefly", by=by)
    make_award(make_fund(100_000_00, name=f"Travel {number}"), 1_000_00, by=bursary_administrator)
    dates = {"starts_on": days(-300), "ends_on": days(400), "due_dates": (days(-19), days(300))}
    make_signed(by, director, [institute], make_sponsor(f"Quickline {number}"), **dates)
    make_counted(by, director, 18_500_00, employer=employer)
    challenge = make_challenge(by, days_ahead=-3, title=f"Pyramid {number}")
    _group(challenge, by, 30, GroupBooking.State.ATTENDED)
    _group(challenge, by, 20, GroupBooking.State.CONFIRMED)
    fold_fund_usage()


def _group(challenge, by, pupils, state) -> None:
    school = make_school()
    facts = {"attended_pupils": pupils - 1} if state == "attended" else {}
    contact = make_contact(provider=school)
    GroupBooking.objects.create(
        challenge=challenge, school=school, contact=contact, pupils=pupils, adults=2, state=state, booked_by=by, **facts
    )


@pytest.fixture
def full(inside, people, yhiot):
    fill_each_report(inside, people.director, people.bursary_administrator, yhiot)
    return inside


def rows_of(client, name):
    path = name if "?" in name else f"{name}/"
    return [tuple(value for _, value in row) for row in client.get(f"/reports/{path}").context["rows"]]


def file_of(client, name) -> list[list[str]]:
    response = client.get(f"/reports/{name}" if "?" in name else f"/reports/{name}.csv")
    assert response.headers["Content-Type"].startswith("text/csv")
    body = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body, newline="")))


def test_every_report_is_known_here():
    assert {report.name for report in reports} == set(QUERIES)


@pytest.mark.parametrize(("role", "names"), SEEN.items())
def test_a_role_sees_the_reports_on_what_it_may_see_and_no_other(client_for, people, yhiot, role, names):
    client = client_for(getattr(people, role), yhiot)
    assert {report.name for report in client.get("/reports/").context["reports"]} == names
    for name in QUERIES:
        expected = 200 if name in names else 403
        assert {client.get(f"/reports/{name}{end}").status_code for end in ENDS} == {expected}, name


@pytest.mark.parametrize("role", ["institute_administrator", "network_lead"])
def test_a_role_without_reports_sees_none(client_for, people, yhiot, role):
    client = client_for(getattr(people, role), yhiot)
    paths = ["/reports/", *(f"/reports/employers{end}" for end in ENDS)]
    assert {client.get(path).status_code for path in paths} == {403}


def test_an_unknown_report_is_not_found(client_for, people, yhiot):
    client = client_for(people.auditor, yhiot)
    assert {client.get(f"/reports/nonsense{end}").status_code for end in ENDS} == {404}


def test_each_report_holds_what_its_columns_say(full, client_for, people, yhiot):
    auditor = client_for(people.auditor, yhiot)
    sprint, sponsor = rows_of(auditor, "employers")[-1], rows_of(auditor, "employers")[0]
    assert sprint == ("Sprint 0", "Active", "Anchor partner", full.name, days(-18), "Rail", "")
    assert sponsor == ("Quickline 0", "Prospect", "", "", None, "", "")
    assert rows_of(auditor, "overdue-follow-ups") == [("Call Jo", "Sprint 0", full.name, days(-7), 7)]
    funds = {row[0]: row[1:] for row in rows_of(auditor, "funds")}
    money = (0, 0, 100_000_00, 1_000_00, 0, 0, 99_000_00)
    assert funds["Travel 0"] == ("Bursaries", "Open", *money)
    assert sum(row[2] for row in funds.values()) == 530_000_00
    due = rows_of(auditor, "instalments")
    assert {row[:1] + row[3:5] for row in due} == {("Quickline 0", days(-19), "Late")}
    assert sorted(row[5:] for row in due) == [(p, 0, p) for p in (40_000_00, 75_000_00, 150_000_00)]
    assert rows_of(auditor, "conversations") == [(MOMENT, "Sprint 0", "Call", full.name, None, "=Spoke,\nbriefly")]
    lines = [row[:7] for row in rows_of(auditor, "journal") if row[0] == "Travel 0"]
    gift, award = (dt.date(2026, 9, 1), "Gift without a promise"), (today(), "Awarded")
    assert lines == [
        ("Travel 0", 1, *gift, "Available", 100_000_00, "Gift"),
        ("Travel 0", 2, *gift, "Outside the fund", -100_000_00, "Gift"),
        ("Travel 0", 3, *award, "Available", -1_000_00, "Bursary: travel"),
        ("Travel 0", 4, *award, "Committed", 1_000_00, "Bursary: travel"),
    ]
    changed = {row[1:4] for row in rows_of(auditor, "changes")}
    assert {(full.name, "Added", "Employer"), (full.name, "Added", "Follow-up")} <= changed
    assert rows_of(auditor, "in-kind") == [("Sprint 0", 1, 18_500_00, 18_500_00)]
    place = "Lincolnshire Showground"
    assert rows_of(auditor, "challenges") == [("Pyramid 0", days(-3), place, "Open for booking", 2, 50, 1, 29)]


def test_another_institutes_rows_are_in_no_report(full, client_for, people, yhiot, liot):
    theirs = client_for(people.at(liot).auditor, liot)
    for name in set(QUERIES) - {"changes"}:
        assert rows_of(theirs, name) == []
        assert len(file_of(theirs, name)) == 1
    ours = {row[4] for row in file_of(client_for(people.auditor, yhiot), "changes")[1:]}
    assert ours & {row[4] for row in file_of(theirs, "changes")[1:]} == set() != ours


@pytest.mark.parametrize("name", QUERIES)
def test_the_files_hold_the_rows_of_the_page(full, client_for, people, yhiot, name, monkeypatch):
    monkeypatch.setattr(pages, "MOST", 5_000)
    auditor = client_for(people.auditor, yhiot)
    columns, shown = reports[name].columns, rows_of(auditor, name)
    written = file_of(auditor, name)
    assert [head.removesuffix(" (£)") for head in written[0]] == [column.label for column in columns]
    assert written[1:] == [[_in_csv(*cell) for cell in zip(columns, row, strict=True)] for row in shown] != []
    workbook = sheets_of(auditor.get(f"/reports/{name}.xlsx").content)[reports[name].title[:31]]
    assert workbook[0] == written[0]
    assert workbook[1:] == [[_in_workbook(*cell) for cell in zip(columns, row, strict=True)] for row in shown]
    text = _close(text_of(auditor.get(f"/reports/{name}.pdf").content))
    words = [_close(c.words(value)) for row in shown for c, value in zip(columns, row, strict=True)]
    # A long cell may go on on the next page, with the foot of this one between.
    assert [word for word in words if len(word) < 80 and word not in text] == []


def _in_csv(column, value):
    return str(safe_cell(column.csv_cell(value)))


def _in_workbook(column, value):
    if value is None or value == "":
        return None
    if column.kind == Kind.MOMENT:
        return value.astimezone(LONDON).replace(tzinfo=None, microsecond=0)
    if column.kind == Kind.DATE:
        return dt.datetime.combine(value, dt.time.min)
    return value / 100 if column.kind == Kind.PENCE else value if column.kind == Kind.COUNT else str(value)


def _close(text):
    """Without the places where lines end or a long word may."""
    return "".join(text.split()).replace("\u200b", "")


def test_a_file_is_named_and_said_what_it_is(full, client_for, people, yhiot):
    auditor = client_for(people.auditor, yhiot)
    types = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "pdf": "application/pdf"}
    for end, kind in types.items():
        response = auditor.get(f"/reports/funds.{end}")
        assert response.headers["Content-Type"] == kind
        name = f"funds-yhiot-{today():%Y-%m-%d}.{end}"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response.headers["Cache-Control"] == "no-store"


def test_a_pdf_says_whose_figures_of_when_and_how_they_were_narrowed(full, client_for, people, yhiot):
    text = text_of(client_for(people.auditor, yhiot).get("/reports/in-kind.pdf").content)
    for words in (yhiot.name, "Contributions in kind by employer", "Figures of: ", "Period: academic year 20"):
        assert words in text


def test_a_list_too_long_for_a_workbook_leads_back_to_its_page(inside, client_for, people, yhiot, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST", 1)
    make_employer("Alpha")
    make_employer("Beta")
    auditor = client_for(people.auditor, yhiot)
    page = auditor.get("/reports/employers.xlsx", follow=True)
    assert page.redirect_chain == [("/i/yhiot/reports/employers/", 302)]
    assert "Download the CSV file instead" in page.content.decode()


def test_money_is_written_in_pounds_with_two_decimals_and_formulas_are_disarmed(inside, client_for, people, yhiot):
    make_employer('=HYPERLINK("x")')
    make_counted(inside, people.director, 5, employer=make_employer("@SUM(A1)"))
    auditor = client_for(people.auditor, yhiot)
    assert file_of(auditor, "in-kind") == [
        ["Employer", "Contributions", "In the period (£)", "In all (£)"],
        ["'@SUM(A1)", "1", "0.05", "0.05"],
    ]
    assert {row[0] for row in file_of(auditor, "employers")[1:]} == {'\'=HYPERLINK("x")', "'@SUM(A1)"}


def test_the_page_shows_the_first_rows_and_the_file_all(inside, client_for, people, yhiot, monkeypatch):
    monkeypatch.setattr(pages, "MOST", 2)
    for name in ("Alpha", "Beta", "Gamma"):
        make_employer(name)
    auditor = client_for(people.auditor, yhiot)
    assert [row[0] for row in rows_of(auditor, "employers")] == ["Alpha", "Beta"]
    assert "The first 2 rows" in auditor.get("/reports/employers/").content.decode()
    assert [row[0] for row in file_of(auditor, "employers")[1:]] == ["Alpha", "Beta", "Gamma"]


@pytest.mark.parametrize("rows", [1, 4])
def test_each_report_asks_the_same_number_of_queries_whatever_it_holds(inside, client_for, people, yhiot, rows):
    for number in range(rows):
        fill_each_report(inside, people.director, people.bursary_administrator, yhiot, number)
    auditor = client_for(people.auditor, yhiot)
    auditor.get("/reports/changes/")  # a process asks once which tables are audited
    asked = {}
    for name in QUERIES:
        with own_queries() as statements:
            auditor.get(f"/reports/{name}/")
        asked[name] = len(statements) - FRAME
    assert asked == QUERIES


@pytest.mark.browser
def test_the_pages_are_accessible(open_page, people, yhiot):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        fill_each_report(manager, people.director, people.bursary_administrator, yhiot)
    in_every_look(open_page, "/reports/", "reports", people.director, yhiot)
    in_every_look(open_page, "/reports/funds/", "report-funds", people.director, yhiot)
    in_every_look(open_page, "/reports/instalments/?year=academic-2026", "report-instalments", people.director, yhiot)
