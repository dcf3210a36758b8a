"""One story, by each person in turn, from a new employer to what its people read about their money.

A real browser, a real worker, a real mail server; everybody signs in with the code that reached them.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.money import format_pounds
from crm.celery import app
from crm.identity.models import InstituteProvider, Provider
from crm.mail.models import Occurrence
from crm.outbox import wake
from employers.models import FollowUp
from tests.journeys.figures import journal_figures, promised_at, wait_for_the_roll_up
from tests.journeys.steps import Letterbox, expect_figure, fill, follow, press, set_up_an_app, sign_in
from tests.workers.processes import RealWorker, broker, eventually

pytestmark = [pytest.mark.browser, pytest.mark.workers]

SPONSOR = "Quickline Communications"
YORKSHIRE, LINCOLNSHIRE = "Yorkshire & Humber Institute of Technology", "Lincolnshire Institute of Technology"
JO = "jo.marsh@quickline.example"
FIRST_BURSARY_PAYMENT, FIRST_CHALLENGE_PAYMENT = 70_666_67, 11_000_00  # a third of half of £424,000 and of £66,000
AWARD, COST, ROBOT = 780_00, 2_150_25, 18_500_00


@dataclass
class Stage:
    """Where the story plays, and who is in it."""

    open_page: Callable[..., Page]
    letterbox: Letterbox
    yhiot: object
    liot: object
    people: object

    def enter(self, person: object, path: str = "/") -> Page:
        """A member of staff signs in at Yorkshire & Humber."""
        return sign_in(self.open_page, self.letterbox, person.email, f"/i/yhiot{path}")

    def enter_with_an_app(self, person: object, path: str) -> Page:
        """Somebody who handles money needs a second factor, and is led to it after the first."""
        wanted, factors = f"/i/yhiot{path}", "/accounts/second-factor/"
        page = sign_in(self.open_page, self.letterbox, person.email, wanted, lands_at=factors)
        set_up_an_app(page)
        page.goto(page.url.partition("/i/yhiot")[0] + wanted)
        return page


@pytest.fixture
def stage(committed, open_page, scripted_server, settings, yhiot, liot, people) -> Iterator[Stage]:
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    college = Provider.objects.create(name="York College", kind=Provider.Kind.FE)
    InstituteProvider.objects.create(institute=yhiot, provider=college, part="core")
    broker().flushall()
    wake.postman.broken_until = 0.0
    server = scripted_server("")
    with RealWorker(committed.environment, EMAIL_URL=server.url):
        yield Stage(open_page, Letterbox(server), yhiot, liot, people)


def test_from_a_new_employer_to_the_sponsors_report(stage):
    manager = stage.enter(stage.people.partnership_manager, "/employers/add/")
    add_the_employer(manager)
    add_its_people(manager)
    log_a_call(manager)
    record_a_robot(manager)
    draft_the_agreement(manager)
    approve_and_sign(stage.enter(stage.people.director, "/sponsorships/in-kind/"))
    accept_the_robot(manager)
    finance = stage.enter_with_an_app(stage.people.finance_officer, "/sponsorships/receipts/")
    record_and_match_a_receipt(finance)
    award_a_bursary(stage.enter(stage.people.bursary_administrator, "/sponsorships/funds/"))
    pay_it(finance)
    run_a_challenge(stage.enter(stage.people.events_coordinator, "/challenges/"))
    wait_for_the_roll_up(stage)
    remind_of_the_call(stage, manager)
    open_the_report(manager)
    read_the_report(stage)


def add_the_employer(page: Page) -> None:
    """A first one, then nearly the same again: the page says so before anything is saved."""
    fill(page, name=SPONSOR, company_number="04123456", legal_name=f"{SPONSOR} Limited")
    press(page, "Add employer")
    expect(page.get_by_role("heading", level=1)).to_have_text(SPONSOR)
    page.goto(page.url.rsplit("/employers/", 1)[0] + "/employers/add/")
    page.get_by_label("Name", exact=True).press_sequentially("Quickline Comms Ltd")
    expect(page.get_by_text("We may already have this employer")).to_be_visible()
    follow(page, "Use this one")
    expect(page.get_by_role("heading", level=1)).to_have_text(SPONSOR)


def add_its_people(page: Page) -> None:
    record = page.url
    for name, email, roles in (
        ("Jo Marsh", JO, ["Main contact", "Sponsor lead"]),
        ("Alex Byrne", "alex.byrne@quickline.example", ["Signatory"]),
    ):
        page.goto(record + "contacts/add/")
        fill(page, name=name, email=email)
        for role in roles:
            page.get_by_label(role, exact=True).check()
        page.get_by_role("main").locator("form button[type=submit], form .button.primary").last.click()
        expect(page).to_have_url(re.compile(r"/employers/[0-9a-f-]{36}/"))


def log_a_call(page: Page) -> None:
    fill(page, summary="Wants learner stories for the board", next_step="call again tomorrow")
    press(page, "Log it")
    expect(page.get_by_text(f"Call with {SPONSOR} logged.")).to_be_visible()


def record_a_robot(page: Page) -> None:
    """Given, not lent, and valued from a price list. Who values it does not approve it."""
    page.goto(page.url.split("/employers/")[0] + "/sponsorships/in-kind/record/")
    follow(page, "Equipment given")
    fill(page, who=SPONSOR, title="Welding robot", item="Robot arm")
    press(page, "Continue")
    fill(page, basis="Market comparator", pence="18,500", evidence_reference="Dealer's list, page 4")
    press(page, "Send for approval")
    expect(page.get_by_text("so somebody else decides on it")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def draft_the_agreement(page: Page) -> None:
    """£530,000 for three purposes, half to each of two institutes, in three yearly payments."""
    start = today()
    page.goto(page.url.split("/sponsorships/")[0] + "/sponsorships/draft/")
    fill(page, who=SPONSOR, title="Bursaries and Year 9 challenge", reference="QL-1", total_pence="530,000")
    fill(page, starts_on=start, ends_on=start + dt.timedelta(days=3 * 365), first_due_on=start, payments=3)
    purposes = [
        ("Bursaries", "424,000", "Gift"),
        ("STE(A)M challenge", "66,000", "Sponsorship fee"),
        ("Equipment", "40,000", "Gift"),
    ]
    for row, (purpose, pounds, kind) in enumerate(purposes):
        _open(page, f"component_{row}_purpose")
        names = {"purpose": purpose, "pence": pounds, "kind": kind}
        fill(page, **{f"component_{row}_{name}": value for name, value in names.items()})
    fill(page, component_1_benefit="The challenge carries the sponsor's name", component_1_value="66,000")
    fill(page, component_1_due_on=start + dt.timedelta(days=300), component_1_vat_note="A supply: naming")
    _open(page, "party_1_institute")
    fill(page, party_0_institute=YORKSHIRE, party_1_institute=LINCOLNSHIRE)
    press(page, "Save the draft")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bursaries and Year 9 challenge")


def _open(page: Page, name: str) -> None:
    """Unfold the spare row that holds the field."""
    fold = page.locator("details", has=page.locator(f"[name={name}]"))
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()


def approve_and_sign(page: Page) -> None:
    follow(page, "Welding robot")
    press(page, "Approve")
    expect(page.get_by_text("£18,500").first).to_be_visible()
    page.goto(page.url.split("/sponsorships/")[0] + "/sponsorships/")
    follow(page, "Bursaries and Year 9 challenge")
    follow(page, "Check and sign")
    expect(page.get_by_text("£530,000.00")).to_be_visible()
    fill(page, signed_for_sponsor="Alex Byrne")
    press(page, "Sign for the institute")
    expect(page.get_by_text("£265,000").first).to_be_visible()


def accept_the_robot(page: Page) -> None:
    page.goto(page.url.split("/sponsorships/")[0] + "/sponsorships/in-kind/")
    follow(page, "Welding robot")
    follow(page, "Delivered")
    page.get_by_role("main").locator("form .button.primary").click()
    press(page, "Accept")
    expect(page.get_by_text("Accepted").first).to_be_visible()


def record_and_match_a_receipt(page: Page) -> None:
    """One line of the bank statement for two purposes."""
    pence = FIRST_BURSARY_PAYMENT + FIRST_CHALLENGE_PAYMENT
    follow(page, "Record a receipt")
    fill(page, payer=f"{SPONSOR} Limited", reference="BACS 77001", pence=f"{pence / 100:.2f}")
    press(page, "Record")
    for purpose, part in (("Bursaries", FIRST_BURSARY_PAYMENT), ("challenge", FIRST_CHALLENGE_PAYMENT)):
        follow(page, "Match to an instalment")
        option = page.locator("[name=instalment] option", has_text=purpose).first
        page.locator("[name=instalment]").select_option(option.get_attribute("value"))
        fill(page, pence=f"{part / 100:.2f}")
        press(page, "Match it")
    expect_figure(page, "Unmatched", "£0")


def award_a_bursary(page: Page) -> None:
    """What would be left is said before the award is made; more than that is refused."""
    page.get_by_role("main").get_by_role("link", name=re.compile("bursar", re.I)).first.click()
    follow(page, "Award a bursary")
    expect_figure(page, "Left now", format_pounds(FIRST_BURSARY_PAYMENT, exact=True))
    fill(page, provider="York College", learner_number="LN-4711", course="HNC Engineering", level="Level 4")
    fill(page, purpose="Travel", reason="Bus pass for three terms", pence="900000")
    press(page, "Award the bursary")
    expect(page.get_by_role("alert")).to_contain_text(format_pounds(FIRST_BURSARY_PAYMENT))
    fill(page, learner_number="LN-4711", pence="")
    page.locator("[name=pence]").press_sequentially("780")
    expect_figure(page, "Left after this award", format_pounds(FIRST_BURSARY_PAYMENT - AWARD, exact=True))
    press(page, "Award the bursary")
    expect_figure(page, "To be paid", "£780")


def pay_it(page: Page) -> None:
    page.goto(page.url.split("/sponsorships/")[0] + "/sponsorships/payments/")
    follow(page, "Pay")
    page.get_by_role("main").locator("form .button.primary").click()
    expect(page.get_by_text("Nothing is due").or_(page.locator(".stat", has_text="Paid").first)).to_be_visible()


def run_a_challenge(page: Page) -> None:
    """Planned, opened, a school booked, and a cost taken from the fund that the sponsor's fee feeds."""
    follow(page, "Plan a challenge")
    fill(page, title="Connected villages", day=today() + dt.timedelta(days=60), venue="York College", places=6)
    fund = page.locator("[name=fund] option").nth(1)
    page.locator("[name=fund]").select_option(fund.get_attribute("value"))
    press(page, "Save")
    press(page, "Open booking")
    follow(page, "Book a group")
    follow(page, "Add a school")
    fill(page, name="Huntington School", urn="121673", town="York")
    press(page, "Add and go on")
    fill(page, contact_name="Lead teacher", contact_email="stem@huntington.example", pupils=28, adults=3)
    page.get_by_role("main").locator("form .button.primary").click()
    expect(page.get_by_role("row", name=re.compile("Huntington School"))).to_contain_text("28")
    follow(page, "Record")
    fill(page, what="Coach from Huntington", pence="2,150.25")
    press(page, "Record the cost")
    expect_figure(page, "Spent", "£2,150.25")


def remind_of_the_call(stage: Stage, page: Page) -> None:
    """A week later nobody has called: the reminder is planned, and its page sends it whatever the hour."""
    owner = stage.people.partnership_manager
    with institute_context(stage.yhiot.id):
        assert FollowUp.objects.filter(title="Call again").update(due_on=today() - dt.timedelta(days=7)) == 1
    app.send_task("workers.find_reminders", retry=False)  # as the timetable does each minute

    def planned() -> bool:
        with institute_context(stage.yhiot.id):
            return Occurrence.objects.filter(recipient_email=owner.email, rule__contains="follow_up").exists()

    eventually(planned, message="the reminder was not planned")
    page.goto(page.url.split("/sponsorships/")[0] + "/mail/")
    page.get_by_role("link", name=re.compile("Call again")).click()
    press(page, "Send now")
    assert SPONSOR in stage.letterbox.newest(owner.email, "Call again")


def open_the_report(page: Page) -> None:
    page.goto(page.url.split("/mail/")[0] + "/employers/")
    follow(page, SPONSOR)
    follow(page, "Open to a contact")
    fill(page, contact="Jo Marsh")
    press(page, "Open the report")
    expect(page.get_by_text("Reads the report since")).to_be_visible()


def read_the_report(stage: Stage) -> None:
    """The page, the file and the journal say the same to the penny."""
    page = sign_in(stage.open_page, stage.letterbox, JO, "/portal/")
    figures = journal_figures(stage)
    assert figures == {
        "Promised": 265_000_00,
        "Written off, so promised no longer": 0,
        "Received": FIRST_BURSARY_PAYMENT + FIRST_CHALLENGE_PAYMENT,
        "Committed to learners, not yet paid": 0,
        "Paid to learners": AWARD,
        "Recovered": 0,
        "Spent on challenges and equipment": COST,
        "Available": FIRST_BURSARY_PAYMENT + FIRST_CHALLENGE_PAYMENT - AWARD - COST,
    }
    for label in ("Promised", "Received", "Paid to learners", "Available"):
        expect_figure(page, label, format_pounds(figures[label]))
    row = page.get_by_role("row", name=re.compile("^Yorkshire & Humber IoT")).first
    assert row.get_by_role("cell").all_inner_texts() == [format_pounds(pence) for pence in [*figures.values(), ROBOT]]
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    written = csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")))
    told = {line["Figure"]: line["Amount in pounds"] for line in written if line["Where"] == "All institutes"}
    assert {label: told[label] for label in figures} == {label: f"{p / 100:.2f}" for label, p in figures.items()}
    assert told["Counted in kind"] == f"{ROBOT / 100:.2f}"
    expect(page.get_by_text("1 challenge funded")).to_be_visible()
    assert promised_at(stage.yhiot) + promised_at(stage.liot) == 530_000_00
