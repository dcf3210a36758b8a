"""A report is narrowed by its address: page, files and API hold the same rows, and say what they were narrowed to."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.core.report_filters import Period, PeriodFilters
from employers.models import Engagement
from sponsorships.actions.fund_money import record_spend
from sponsorships.actions.journal import reverse_entry
from sponsorships.models import AgreementShare, Fund
from sponsorships.rollups import fold_fund_usage
from tests.factories.agreements import gift, make_signed, make_sponsor
from tests.factories.contributions import make_counted
from tests.factories.employers import make_employer
from tests.factories.funds import make_award, make_fund
from tests.reading import sheets_of, text_of
from tests.web.test_reports import file_of, rows_of

D = dt.date


def period_of(**asked):
    form = PeriodFilters({name: str(value) for name, value in asked.items()})
    return form.cleaned_data["period"] if form.is_valid() else form.errors.get_json_data()


@pytest.mark.parametrize(
    ("asked", "since", "until"),
    [
        ({"year": "academic-2025"}, D(2025, 8, 1), D(2026, 7, 31)),
        ({"year": "financial-2025"}, D(2025, 4, 1), D(2026, 3, 31)),
        ({"since": D(2025, 9, 1)}, D(2025, 9, 1), None),
        ({"until": D(2025, 9, 1)}, None, D(2025, 9, 1)),
        ({"since": D(2025, 9, 1), "until": D(2025, 9, 1)}, D(2025, 9, 1), D(2025, 9, 1)),
        ({"year": "academic-2025", "since": D(2025, 9, 1), "until": D(2030, 1, 1)}, D(2025, 9, 1), D(2026, 7, 31)),
        ({}, None, None),
    ],
)
def test_a_period_is_a_year_or_two_days_or_the_days_in_a_year(asked, since, until):
    assert period_of(**asked) == Period(since, until)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"year": "lunar-2025"}, "year"),
        ({"year": "academic-1066"}, "year"),
        ({"since": "soon"}, "since"),
        ({"since": "0026-09-01"}, "since"),
        ({"since": D(2026, 2, 2), "until": D(2026, 2, 1)}, "until"),
        ({"year": "academic-2025", "since": D(2026, 9, 1)}, "year"),
    ],
)
def test_a_period_that_is_none_is_refused_at_its_field(asked, field):
    assert list(period_of(**asked)) == [field]


def test_a_moment_counts_on_its_day_in_london(inside, people, yhiot, client_for):
    employer = make_employer("Sprint")
    for hour, said in ((22, "the last of July"), (23, "the first of August")):  # British Summer Time is an hour ahead
        moment = dt.datetime(2026, 7, 31, hour, 30, tzinfo=dt.UTC)
        Engagement.objects.create(employer=employer, kind="call", happened_at=moment, summary=said, by=inside)
    client = client_for(people.auditor, yhiot)
    said = {
        asked: [row[5] for row in rows_of(client, f"conversations/?{asked}")]
        for asked in ("since=2026-08-01", "until=2026-07-31", "year=academic-2025", "year=academic-2026")
    }
    assert said == {
        "since=2026-08-01": ["the first of August"],
        "until=2026-07-31": ["the last of July"],
        "year=academic-2025": ["the last of July"],
        "year=academic-2026": ["the first of August"],
    }


@pytest.fixture
def money(inside, people, yhiot):
    """A fund that got £5,000 in September, spent £300 on 14 September and got it back on 2 October 2026."""
    officer = people.finance_officer
    fund = make_fund(5000_00, kind=Fund.Kind.CHALLENGE, name="Travel")
    make_fund(7_00, name="Other")
    facts = {"pence": 300_00, "memo": "Coach hire", "source": ("events.challenge", fund.id), "key": "coach"}
    spent = record_spend(fund=fund, **facts, occurred_on=D(2026, 9, 14), by=officer)
    reverse_entry(entry=spent, memo="It never came", occurred_on=D(2026, 10, 2), by=officer)
    fold_fund_usage()
    return fund


@pytest.mark.parametrize(
    ("asked", "received", "spent", "available"),
    [
        ("year=academic-2026", 5000_00, 0, 5000_00),
        ("year=academic-2025", 0, 0, 0),
        ("since=2026-09-01&until=2026-09-30", 5000_00, 300_00, 4700_00),  # whole months: from the roll-up
        ("since=2026-09-02&until=2026-09-14", 0, 300_00, 4700_00),  # else from the journal
        ("since=2026-10-01", 0, -300_00, 5000_00),
        ("until=2026-09-13", 5000_00, 0, 5000_00),
    ],
)
def test_funds_say_what_moved_in_a_period_and_what_there_was_at_its_end(
    money, client_for, people, yhiot, asked, received, spent, available
):
    client = client_for(people.auditor, yhiot)
    [row] = [row for row in rows_of(client, f"funds/?{asked}") if row[0] == "Travel"]
    assert (row[5], row[8], row[9]) == (received, spent, available)
    page = client.get(f"/reports/funds/?{asked}").content.decode()
    assert "money moved in the period; committed and available as at its end" in page


def test_page_files_and_api_hold_the_same_rows_and_say_what_they_are_narrowed_to(
    money, client_for, api_for, people, yhiot
):
    client = client_for(people.auditor, yhiot)
    asked = f"since=2026-09-14&until=2026-09-30&fund={money.pk}"
    rows = rows_of(client, f"journal/?{asked}")
    assert [(row[0], row[2], row[5]) for row in rows] == [
        ("Travel", D(2026, 9, 14), -300_00),
        ("Travel", D(2026, 9, 14), 300_00),
    ]
    page = client.get(f"/reports/journal/?{asked}").content.decode()
    said = "14 September 2026 to 30 September 2026"
    assert said in page
    for end in ("csv", "xlsx", "pdf"):  # the buttons lead to the same
        assert f'/reports/journal.{end}?{asked.replace("&", "&amp;")}"' in page
    assert [row[5] for row in file_of(client, f"journal.csv?{asked}")[1:]] == ["-300.00", "300.00"]
    book = client.get(f"/reports/journal.xlsx?{asked}")
    sheets = sheets_of(book.content)
    assert [row[5] for row in sheets["Journal of all funds"][1:]] == [-300, 300]
    assert {("Period", said), ("Fund", "Travel")} <= {tuple(row) for row in sheets["About"]}
    name = f"journal-from-2026-09-14-to-2026-09-30-travel-yhiot-{today():%Y-%m-%d}.xlsx"
    assert name in book.headers["Content-Disposition"]
    pdf = " ".join(text_of(client.get(f"/reports/journal.pdf?{asked}").content).split())
    assert f"Period: {said}" in pdf and "Fund: Travel" in pdf and "Other" not in pdf
    answer = api_for(people.auditor, yhiot).get(f"reports/rows/?report=journal&{asked}").json()
    assert [row[5] for row in answer["rows"]] == [-300_00, 300_00]
    assert [row[2] for row in answer["rows"]] == ["2026-09-14"] * 2
    assert answer["narrowed_to"] == [{"label": "Period", "words": said}, {"label": "Fund", "words": "Travel"}]
    assert (answer["has_more"], answer["columns"][5]) == (False, {"label": "Amount", "kind": "pence"})


def test_instalments_are_narrowed_to_an_agreement_a_fund_and_days(inside, people, yhiot, client_for):
    due = (D(2025, 9, 1), D(2026, 9, 1))
    for name in ("One", "Two"):
        facts = {"title": name, "components": (gift("bursary", 200_00), gift("equipment", 100_00)), "due_dates": due}
        make_signed(inside, people.director, [yhiot], make_sponsor(name), **facts)
    one = AgreementShare.objects.get(title="One")
    fund = one.components.get(purpose="equipment").fund
    client = client_for(people.director, yhiot)

    def found(asked):
        return sorted((row[0], row[2], row[3], row[7]) for row in rows_of(client, f"instalments/?{asked}"))

    assert len(found("until=2030-01-01")) == 8
    assert {row[0] for row in found(f"until=2030-01-01&agreement={one.agreement_id}")} == {"One"}
    assert found(f"year=academic-2026&fund={fund.pk}") == [("One", "Equipment", D(2026, 9, 1), 50_00)]


def test_contributions_in_kind_are_counted_by_the_day_they_were_delivered(inside, people, yhiot, client_for):
    make_counted(inside, people.director, 100_00, employer=make_employer("Sprint"))
    client = client_for(people.director, yhiot)
    assert rows_of(client, "in-kind/?until=2001-01-01") == [("Sprint", 1, 0, 100_00)]
    assert rows_of(client, "in-kind/?since=2001-01-01") == [("Sprint", 1, 100_00, 100_00)]


def test_what_cannot_be_answered_is_said_at_the_field_and_no_file_is_made(money, client_for, api_for, people, yhiot):
    client = client_for(people.auditor, yhiot)
    page = client.get("/reports/journal/?since=2026-10-01&until=2026-09-01")
    assert page.status_code == 422
    assert "This is before the first day." in page.content.decode()
    assert page.context["rows"] == []
    for end in ("csv", "xlsx", "pdf"):
        sent = client.get(f"/reports/journal.{end}?since=2026-10-01&until=2026-09-01")
        assert sent.url.endswith("/reports/journal/?since=2026-10-01&until=2026-09-01")
    api = api_for(people.auditor, yhiot)
    for asked, parameter in (
        ("since=2026-10-01&until=2026-09-01", "until"),
        ("agreement=x", "agreement"),
        ("x=1", "x"),
    ):
        answer = api.get(f"reports/rows/?report=journal&{asked}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, parameter)


def test_another_institutes_fund_is_answered_like_one_that_does_not_exist(money, client_for, api_for, people, liot):
    client, api = (make(people.at(liot).finance_officer, liot) for make in (client_for, api_for))
    unknown = "11111111-1111-4111-8111-111111111111"
    pages = [client.get(f"/reports/journal/?fund={fund}") for fund in (money.pk, unknown, "nonsense")]
    assert [page.status_code for page in pages] == [422] * 3
    assert all("There is no such fund here." in page.content.decode() for page in pages)
    assert all("Travel" not in page.content.decode() for page in pages)
    assert {api.get(f"reports/rows/?report=journal&fund={fund}").status_code for fund in (money.pk, unknown)} == {400}


def test_a_token_reads_the_reports_that_its_rights_name(money, api_for, people, yhiot):
    coordinator = api_for(people.events_coordinator, yhiot)
    names = {report["name"]: report["parameters"] for report in coordinator.get("reports/names/").json()}
    assert names == {
        "employers": [],
        "overdue-follow-ups": [],
        "conversations": ["year", "since", "until"],
        "challenges": ["year", "since", "until"],
    }
    assert coordinator.get("reports/rows/?report=challenges").status_code == 200
    assert coordinator.get("reports/rows/?report=journal").status_code == 403
    assert coordinator.get("reports/rows/?report=nonsense").json()["errors"][0]["parameter"] == "report"


def test_a_long_report_is_read_page_by_page(inside, api_for, people, yhiot, monkeypatch):
    monkeypatch.setattr("crm.web.api.AT_ONCE", 2)
    for name in ("Alpha", "Beta", "Gamma"):
        make_employer(name)
    api = api_for(people.auditor, yhiot)
    first, second = (api.get(f"reports/rows/?report=employers&page={page}").json() for page in (1, 2))
    assert ([row[0] for row in first["rows"]], first["has_more"]) == (["Alpha", "Beta"], True)
    assert ([row[0] for row in second["rows"]], second["has_more"]) == (["Gamma"], False)


def test_awards_count_in_the_period_in_which_they_were_approved(inside, people, yhiot, client_for):
    with institute_context(yhiot.id):
        make_award(make_fund(1000_00, name="Bursaries"), 100_00, by=people.bursary_administrator)
    client = client_for(people.auditor, yhiot)
    yesterday = today() - dt.timedelta(days=1)
    [row] = rows_of(client, f"funds/?until={yesterday}")
    assert (row[6], row[9]) == (0, 1000_00)
    [row] = rows_of(client, f"funds/?since={today()}")
    assert (row[5], row[6], row[9]) == (0, 100_00, 900_00)
