"""A fund of which 80 % is used, told to who awards from it."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.identity.models import Membership
from crm.mail.models import Occurrence
from sponsorships.actions.awards import withdraw_award
from sponsorships.reads.funds import fund_usage, funds_nearly_used
from sponsorships.reminders import FundNearlyUsed
from sponsorships.rollups import fold_fund_usage
from tests.factories.funds import make_award, make_fund
from workers.reminders import plan_one


@pytest.fixture
def administrator(people):
    return people.bursary_administrator


def use(fund, pence, by):
    award = make_award(fund, pence, by=by)
    fold_fund_usage()
    return award


@pytest.mark.parametrize(("pence", "is_nearly_used"), [(7_999, False), (8_000, True), (10_000, True)])
def test_a_fund_counts_as_nearly_used_from_80_percent_on(inside, administrator, pence, is_nearly_used):
    fund = make_fund(10_000)
    use(fund, pence, administrator)
    assert funds_nearly_used().exists() == is_nearly_used
    assert (fund_usage(fund).used_percent >= 80) == is_nearly_used


def test_a_fund_that_received_nothing_has_no_percentage(inside):
    fund = make_fund()
    fold_fund_usage()
    assert fund_usage(fund).used_percent is None
    assert not funds_nearly_used().exists()


def test_each_bursary_administrator_is_reminded_once_a_year(inside, administrator, people, liot):
    fund, roomy = make_fund(10_000), make_fund(10_000)
    use(fund, 9_000, administrator)
    use(roomy, 100, administrator)
    people.at(liot).bursary_administrator  # noqa: B018  another institute's, who hears nothing
    assert plan_one(FundNearlyUsed(), today()).added == 1
    assert plan_one(FundNearlyUsed(), today() + dt.timedelta(days=3)).added == 0
    occurrence = Occurrence.objects.get()
    assert (occurrence.subject_id, occurrence.recipient_id) == (fund.id, administrator.id)
    assert FundNearlyUsed().still_wanted(occurrence) is None
    assert FundNearlyUsed().context(occurrence)["usage"].used_percent == 90


def test_a_fund_that_got_money_back_is_not_reminded_of(inside, administrator):
    fund = make_fund(10_000)
    award = use(fund, 9_000, administrator)
    plan_one(FundNearlyUsed(), today())
    withdraw_award(award=award, reason="Left", by=administrator)
    assert "less than 80%" in FundNearlyUsed().still_wanted(Occurrence.objects.get())


def test_a_fund_without_a_bursary_administrator_needs_a_person_until_there_is_one(inside, administrator):
    fund = make_fund(10_000)
    use(fund, 9_000, administrator)
    Membership.objects.filter(user=administrator).update(is_active=False)
    plan_one(FundNearlyUsed(), today())
    noted = Occurrence.objects.needing_attention().get()
    assert (noted.state, noted.reason, noted.about) == ("skipped", FundNearlyUsed.nobody, fund.name)
    Membership.objects.filter(user=administrator).update(is_active=True)
    plan_one(FundNearlyUsed(), today())
    assert Occurrence.objects.get(recipient_id=administrator.id).state == "planned"
    assert not Occurrence.objects.needing_attention().exists()
