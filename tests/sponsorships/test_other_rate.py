"""Time that was valued when it was offered, and is given when another line of the rate card is in force."""

import datetime as dt

import pytest
from django.urls import reverse

from sponsorships.actions.contributions import LineFacts, accept_contribution, deliver_contribution
from sponsorships.actions.valuations import approve_valuation
from sponsorships.models import Contribution, Valuation
from sponsorships.reads.contributions import counted_in_kind, dossiers
from tests.factories.contributions import make_contribution, make_valuation
from tests.sponsorships.reading import text

LAST_OF_THE_OLD_CARD = dt.date(2024, 7, 31)
GIVEN = dt.date(2024, 9, 3)
AT_A_RATE = {"basis": Valuation.Basis.RATE_CARD, "evidence": []}


def offered(by, rate="unskilled-2011", **facts) -> Valuation:
    """Twelve and a half days of general help, offered under the card of 2011 and valued at it."""
    lines = [LineFacts("Open days", quantity_hundredths=12_50, unit="day")]
    wanted = {"kind": Contribution.Kind.EXPERT_TIME, "title": "Help at open days", "lines": lines}
    contribution = make_contribution(by, offered_on=dt.date(2024, 7, 1), **(wanted | facts))
    return make_valuation(contribution, by, rate_code=rate, **AT_A_RATE)


def given(valuation: Valuation, by, on: dt.date = GIVEN) -> Contribution:
    return deliver_contribution(contribution=valuation.line.contribution, delivered_on=on, by=by)


def page_of(contribution: Contribution) -> str:
    return reverse("sponsorships:contribution", args=[contribution.pk])


@pytest.fixture
def approved(inside, people) -> Valuation:
    return approve_valuation(valuation=offered(inside), by=people.director)


def test_the_approved_value_stays_and_what_it_would_be_is_said(approved, inside):
    contribution = accept_contribution(contribution=given(approved, inside), by=inside)
    other = dossiers(contribution)[0].other_rate
    assert (other.valuation, other.rate.code, other.of_the_day.code) == (approved, "unskilled-2011", "unskilled-2024")
    assert (approved.pence, other.pence) == (625_00, 1_125_00)
    assert counted_in_kind() == 625_00


@pytest.mark.parametrize("on", [dt.date(2024, 7, 1), LAST_OF_THE_OLD_CARD])
def test_nothing_is_said_where_the_rate_was_in_force(approved, inside, on):
    assert dossiers(given(approved, inside, on))[0].other_rate is None


def test_nothing_is_said_before_it_is_given(approved):
    assert dossiers(approved.line.contribution)[0].other_rate is None


def test_a_value_that_still_waits_is_told_of_too(inside):
    waits = offered(inside)
    assert dossiers(given(waits, inside))[0].other_rate.valuation == waits


def test_valued_again_it_is_said_no_more_and_the_new_one_counts_once_approved(approved, inside, people):
    contribution = accept_contribution(contribution=given(approved, inside), by=inside)
    again = make_valuation(contribution, inside, rate_code="unskilled-2024", **AT_A_RATE)
    assert dossiers(contribution)[0].other_rate is None
    assert counted_in_kind() == 625_00
    approve_valuation(valuation=again, by=people.director)
    assert dossiers(contribution)[0].other_rate is None
    assert counted_in_kind() == 1_125_00


def test_a_value_on_another_basis_has_no_rate(inside, people):
    contribution = make_contribution(inside, offered_on=dt.date(2024, 7, 1))
    valuation = approve_valuation(valuation=make_valuation(contribution, inside), by=people.director)
    assert dossiers(given(valuation, inside))[0].other_rate is None
    assert valuation.is_at_the_rate_of_the_day is None


def test_the_page_says_so_and_offers_to_value_it_again_at_the_rate_of_its_grade(approved, inside, client_for, yhiot):
    contribution, pages = given(approved, inside), client_for(inside, yhiot)
    page = pages.get(page_of(contribution))
    told = text(page)
    assert "Another rate applies" in told
    assert "Open days is valued at £625.00: 12.5 days at £50 a day for general help, a rate until 31 Jul 2024." in told
    assert "It was given on 3 Sep 2024, at £90 a day: that makes £1,125.00." in told
    assert "The approved value stays until another one is approved." in told
    url = reverse("sponsorships:value", args=[approved.line_id])
    assert url in page.content.decode()
    initial = pages.get(url).context["form"].initial
    assert initial == {"basis": "rate_card", "rate_code": "unskilled-2024"}
    assert pages.post(url, initial).status_code == 302
    assert "Another rate applies" not in text(pages.get(page_of(contribution)))


def test_the_same_sum_at_another_line_of_the_card_is_called_so(inside, client_for, yhiot):
    contribution = given(offered(inside, rate="skilled-2011"), inside)
    told = text(client_for(inside, yhiot).get(page_of(contribution)))
    assert "when another line of the card with the same rate was in force" in told
    assert "It still waits for approval." in told


def test_a_program_is_told(approved, inside, api_for, yhiot):
    api = api_for(inside, yhiot)
    path = f"valuations/{approved.pk}/"
    assert api.get(path).json()["is_at_the_rate_of_the_day"] is True
    given(approved, inside)
    assert api.get(path).json()["is_at_the_rate_of_the_day"] is False
