"""The sponsor's report in four forms, each read back: the same figures, and those the sums of postings."""

import copy
import csv
import datetime as dt
import io
import re
from types import SimpleNamespace

import pdfua
import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from sponsorships.actions.awards import award_bursary
from sponsorships.actions.fund_money import record_spend
from sponsorships.actions.payments import fail_payment, recover_payment
from sponsorships.actions.portal import open_portal
from sponsorships.actions.waivers import waive_instalment
from sponsorships.models import AgreementShare, Award, Fund, Instalment, Posting, Valuation
from sponsorships.rollups import fold_fund_usage
from tests.conftest import People
from tests.factories.contributions import make_counted
from tests.factories.employers import make_contact
from tests.factories.funds import make_learner
from tests.factories.identity import make_liot, make_yhiot
from tests.factories.portal import make_paid_award, make_sponsored
from tests.queries import own_queries
from tests.reading import line_of, sheets_of, structure_of, text_of

HEADS = ["Promised", "Written off", "Received", "Committed", "Paid", "Recovered", "Spent", "Available", "In kind"]
WORDS = {"Committed": "Committed to learners, not yet paid", "Paid": "Paid to learners", "In kind": "Counted in kind"}
WORDS |= {"Spent": "Spent on challenges and equipment", "Written off": "Written off, so promised no longer"}


def _use(fund, people, *, pence):
    """Awards paid, one payment sent back, one recovered in part, one award not paid yet."""
    awards = [make_paid_award(fund, people, number, pence=pence + number) for number in range(50, 62)]
    fail_payment(instalment=awards[0].instalments.get(), by=people.finance_officer)
    recover_payment(award=awards[1], pence=1_07, memo="Left the course", key=str(fund.pk), by=people.finance_officer)
    award_bursary(
        fund=fund, learner=make_learner(), purpose=Award.Purpose.EQUIPMENT, pence=77_77, reason="Laptop",
        due_on=[today() + dt.timedelta(days=90)], key=f"later-{fund.pk}", by=people.bursary_administrator,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sponsored(module_transaction):
    """A contact who reads two institutes' parts, each with money that moved in every way; made once."""
    with module_transaction():
        yhiot, liot = make_yhiot(), make_liot()
        people, theirs = (People(institute).all_now() for institute in (yhiot, liot))
        with institute_context(yhiot.id, user_id=people.partnership_manager.id):
            user = _move_money(people, [yhiot, liot])
        with institute_context(liot.id, user_id=theirs.partnership_manager.id):
            sponsor = AgreementShare.objects.get().employer
            also = make_contact(sponsor, "Jo Marsh", email=user.email)
            open_portal(contact=also, by=theirs.partnership_manager)
            fold_fund_usage()
        return SimpleNamespace(people=people, user=user)


def _move_money(people, institutes):
    """In the first of them. Returns who reads about it."""
    grant = make_sponsored(people, institutes, awards=0)
    _use(Fund.objects.get(kind="bursary"), people, pence=100_03)
    day = Fund.objects.get(kind="challenge")
    source = ("events.challenge", day.pk)
    record_spend(fund=day, pence=1_234_56, memo="Coaches", source=source, key="coaches", by=people.finance_officer)
    make_counted(people.partnership_manager, people.director, 18_500_09, employer=grant.employer)
    late = Instalment.objects.expected().first()
    waive_instalment(instalment=late, pence=late.outstanding_pence, reason="Agreed", by=people.director)
    fold_fund_usage()
    return grant.user


@pytest.fixture
def people(sponsored, db):
    return sponsored.people


@pytest.fixture
def contact(sponsored, db):
    return copy.deepcopy(sponsored.user)


def _sums(*institutes):
    """Each figure out of the postings alone."""
    found = dict.fromkeys(HEADS, 0)
    for institute in institutes:
        with institute_context(institute.id):
            for bucket, kind, pence in Posting.objects.values_list("bucket", "kind", "pence"):
                found["Promised"] += (
                    pence if kind in ("promised", "promise_written_off") and bucket == "promised" else 0
                )
                found["Written off"] -= pence if (kind, bucket) == ("promise_written_off", "promised") else 0
                found["Received"] += pence if kind in ("received", "gift") and bucket == "available" else 0
                found["Paid"] += pence if bucket == "paid" and kind in ("paid", "payment_failed") else 0
                found["Recovered"] += pence if (kind, bucket) == ("recovered", "available") else 0
                for head in ("Committed", "Spent", "Available"):
                    found[head] += pence if bucket == head.lower() else 0
            found["In kind"] += sum(Valuation.objects.counted().values_list("pence", flat=True))
    return [found[head] for head in HEADS]


def _pence(text):
    """`£1,234.50` and `1234.50` in pence."""
    pounds, _, rest = text.strip("£").replace(",", "").partition(".")
    return int(pounds) * 100 + int(rest.ljust(2, "0") or 0)


def _on_page(client):
    page = client.get("/portal/").content.decode()
    row = re.search(r"<tfoot>.*?</tfoot>", page, re.DOTALL)[0]
    return [_pence(cell) for cell in re.findall(r"£[\d,.]+", row)]


def _in_csv(client):
    rows = csv.reader(io.StringIO(client.get("/portal/report.csv").content.decode("utf-8-sig")))
    found = {(row[0], row[1]): row[2] for row in rows}
    return [_pence(found[WORDS.get(head, head), "All institutes"]) for head in HEADS]


def _in_workbook(client):
    sheet = sheets_of(client.get("/portal/report.xlsx").content)["Where it went"]
    assert [head.removesuffix(" (£)") for head in sheet[0]] == ["Institute", *HEADS]
    assert sheet[-1][0] == "Together"
    return [round(value * 100) for value in sheet[-1][1:]]


def _in_pdf(client):
    return [_pence(word) for word in line_of(client.get("/portal/report.pdf").content, "Together").split()]


def test_page_csv_workbook_and_pdf_hold_the_sums_of_the_postings(contact, client_for, yhiot, liot):
    client = client_for(contact)
    sums = _sums(yhiot, liot)
    assert all(sums) and any(pence % 100 for pence in sums)
    assert {
        "page": _on_page(client),
        "CSV": _in_csv(client),
        "workbook": _in_workbook(client),
        "PDF": _in_pdf(client),
    } == {form: sums for form in ("page", "CSV", "workbook", "PDF")}


def test_breakdowns_are_the_same_in_every_file(contact, client_for):
    client = client_for(contact)
    rows = list(csv.reader(io.StringIO(client.get("/portal/report.csv").content.decode("utf-8-sig"))))
    sheets = sheets_of(client.get("/portal/report.xlsx").content)
    pdf = client.get("/portal/report.pdf").content
    for heading in ("Bursaries paid by term", "What bursaries paid for"):
        written = {row[1]: _pence(row[2]) for row in rows if row[0] == heading}
        assert {label: round(pounds * 100) for label, pounds in sheets[heading][1:]} == written != {}
        for label, pence in written.items():
            assert f"{label} £{pence // 100:,}.{pence % 100:02d}" in text_of(pdf)
    [gift] = [row for row in rows if row[0] == "Counted in kind" and "," in row[1]]
    assert (gift[2], sheets["What you gave beyond money"][1][-1]) == ("18500.09", 18500.09)
    assert line_of(pdf, "Challenges funded") == "1"


def test_the_pdf_is_one_a_screen_reader_can_read(contact, client_for, tmp_path):
    body = client_for(contact).get("/portal/report.pdf").content
    (file := tmp_path / "report.pdf").write_bytes(body)
    assert [finding.message for finding in pdfua.validate(str(file)).findings] == []
    found = structure_of(body)
    assert [picture["/Alt"].split(". ")[0] for picture in found["/Figure"]] == [
        "Bar chart: Bursaries paid by term",
        "Bar chart: What bursaries paid for",
    ]
    assert found["/H1"][0]["/T"].startswith("Your fund has helped about")
    assert "Groups of fewer than 10 learners are put together" in " ".join(text_of(body).split())


def test_a_file_asks_no_more_questions_than_the_page(contact, client_for):
    client = client_for(contact)
    client.get("/portal/")
    asked = {}
    for path in ("", "report.csv", "report.xlsx", "report.pdf"):
        with own_queries() as statements:
            assert client.get(f"/portal/{path}").status_code == 200
        asked[path] = len(statements)
    assert set(asked.values()) == {asked[""]}


def test_without_a_grant_there_is_no_file(contact, client_for, people):
    for end in ("csv", "xlsx", "pdf"):
        assert client_for(people.director).get(f"/portal/report.{end}").status_code == 403
