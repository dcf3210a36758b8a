"""The pages of funds in a real browser: accessible, in both widths and schemes, and usable by keyboard."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.identity.models import InstituteProvider, Provider
from sponsorships.actions.awards import award_bursary
from sponsorships.actions.fund_money import accept_gift, record_spend
from sponsorships.actions.funds import open_fund
from sponsorships.actions.payments import pay_instalment
from sponsorships.models import Award
from sponsorships.rollups import fold_fund_usage
from tests.browser import in_every_look
from tests.factories.funds import make_learner

pytestmark = pytest.mark.browser


@pytest.fixture
def fund(committed, yhiot, people):
    """Four months of a half-used bursary fund, and a challenge fund."""
    college = Provider.objects.create(name="Askham Bryan College", kind="fe")
    InstituteProvider.objects.create(institute=yhiot, provider=college, part="core")
    by, start = people.bursary_administrator, today().replace(day=1) - dt.timedelta(days=100)
    with institute_context(yhiot.id, user_id=by.id):
        fund = open_fund(
            name="Quickline bursaries",
            kind="bursary",
            starts_on=start,
            restriction="Travel and equipment for learners of digital and engineering courses",
            recipient=college,
            by=by,
        )
        for month in range(4):
            day = start + dt.timedelta(days=30 * month)
            accept_gift(fund=fund, pence=400_000, memo="Received", key=f"g{month}", by=by, occurred_on=day)
        for number, purpose in enumerate(Award.Purpose.values):
            award = award_bursary(
                fund=fund,
                learner=make_learner(f"LN-{1000 + number}"),
                purpose=purpose,
                pence=61_050,
                reason="Return bus fare, 4 days a week",
                due_on=[today(), today() + dt.timedelta(days=31)],
                key=str(new_id()),
                by=by,
            )
        pay_instalment(instalment=award.instalments.first(), by=people.finance_officer)
        other = open_fund(name="Challenge kits", kind="challenge", starts_on=start, by=by)
        accept_gift(fund=other, pence=250_000, memo="Received", key="c", by=by, occurred_on=start)
        record_spend(fund=other, pence=31_400, memo="Kits", source=("t.t", new_id()), key="s", by=by)
        fold_fund_usage()
        fund.award = award
        return fund


def test_pages_for_reading_are_accessible_in_every_look(open_page, people, yhiot, fund):
    who = (people.bursary_administrator, yhiot)
    in_every_look(open_page, "/sponsorships/funds/", "funds", *who)
    in_every_look(open_page, f"/sponsorships/funds/{fund.pk}/", "fund", *who)
    in_every_look(open_page, f"/sponsorships/funds/{fund.pk}/journal/", "journal", *who)
    in_every_look(open_page, f"/sponsorships/funds/{fund.pk}/counted/", "counted", *who)
    in_every_look(open_page, f"/sponsorships/awards/{fund.award.pk}/", "award", people.finance_officer, yhiot)
    in_every_look(open_page, "/sponsorships/payments/", "payments", people.finance_officer, yhiot)


def test_pages_with_forms_are_accessible_in_every_look(open_page, people, yhiot, fund):
    who = (people.bursary_administrator, yhiot)
    in_every_look(open_page, f"/sponsorships/funds/{fund.pk}/award/", "award-form", *who)
    in_every_look(open_page, "/sponsorships/funds/open/", "open-fund", *who)
    finance = (people.finance_officer, yhiot)
    in_every_look(open_page, f"/sponsorships/funds/{fund.pk}/money/recall/", "recall", *finance)
    in_every_look(open_page, f"/sponsorships/funds/{fund.pk}/", "fund-finance", *finance)


def test_what_would_be_left_follows_the_typed_amount(open_page, people, yhiot, fund):
    page = open_page(f"/sponsorships/funds/{fund.pk}/award/", people.bursary_administrator, yhiot)
    left = page.locator("#left")
    expect(left).to_contain_text("Left now")
    page.get_by_label("Amount").press_sequentially("137")
    expect(left).to_contain_text("Left after this award")
    expect(left).to_contain_text("£12,200.00")


def test_an_award_is_made_without_javascript(open_page, people, yhiot, fund):
    url = f"/sponsorships/funds/{fund.pk}/award/"
    page = open_page(url, people.bursary_administrator, yhiot, javascript=False)
    page.get_by_label("Where they learn").select_option("Askham Bryan College")
    page.get_by_label("Learner number at the provider").fill("Sam Field")
    page.get_by_label("Course").fill("HNC Engineering")
    page.get_by_label("Level").select_option("Level 4")
    page.get_by_label("Travel").check()
    page.get_by_label("Amount").fill("137")
    page.get_by_label("Which need is met").fill("Safety boots")
    page.get_by_role("button", name="Award the bursary").click()
    expect(page.locator("main")).to_contain_text("It has digits and is not a name")
    page.get_by_label("Learner number at the provider").fill("AB-20481")
    page.get_by_role("button", name="Award the bursary").click()
    expect(page.locator("body")).to_contain_text("£12,200.00 is left in the fund")
