"""Gifts in kind by API: recorded, valued by one person, approved by another, counted."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.identity.roles import Permission
from sponsorships.models import Contribution, Valuation
from tests.factories.contributions import make_contribution, make_lent, make_valuation
from tests.factories.employers import make_employer
from tests.queries import own_queries


@pytest.fixture
def manager(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


@pytest.fixture
def director(api_for, people, yhiot):
    return api_for(people.director, yhiot)


def _offer(employer, **facts):
    time = {"item": "Welding lessons", "quantity_hundredths": 250, "unit": "day"}
    wanted = {"employer": str(employer.pk), "kind": "expert_time", "title": "Welders teach", "lines": [time]}
    return wanted | facts


def test_a_gift_is_recorded_valued_approved_by_another_and_counted(manager, director, inside):
    made = manager.post("contributions/", _offer(make_employer("Arco")))
    assert made.status_code == 201, made.json()
    address, [line] = f"contributions/{made.json()['id']}/", made.json()["lines"]
    rates = {rate["code"]: rate for rate in manager.get("valuations/rates/").json()["items"]}
    body = {"line": line["id"], "basis": "rate_card", "rate_code": "skilled-2024"}
    valued = manager.post("valuations/", body)
    assert valued.status_code == 201, valued.json()
    assert valued.json()["pence"] == rates["skilled-2024"]["pence_per_day"] * 5 // 2 == 375_00
    assert manager.get("contributions/?tab=to_approve").json()["items"][0]["id"] == made.json()["id"]
    assert director.post(f"valuations/{valued.json()['id']}/approve/").json()["state"] == "approved"
    assert director.post(f"valuations/{valued.json()['id']}/approve/").status_code == 409
    assert manager.post(f"{address}accept/").status_code == 409
    assert manager.post(f"{address}agree/").json()["state"] == "agreed"
    assert manager.post(f"{address}deliver/").json()["delivered_on"] == today().isoformat()
    accepted = manager.post(f"{address}accept/").json()
    assert (accepted["state"], accepted["counted_pence"], accepted["currency"]) == ("accepted", 375_00, "GBP")
    assert [c["id"] for c in manager.get("contributions/?tab=accepted&q=arco").json()["items"]] == [accepted["id"]]
    assert manager.post(f"{address}decline/", {"reason": "Too late"}).status_code == 409


def test_nobody_approves_their_own_valuation(api_for, people, yhiot, inside):
    valuation = make_valuation(make_contribution(people.director), people.director)
    api = api_for(people.director, yhiot)
    refused = api.post(f"valuations/{valuation.pk}/approve/")
    assert (refused.status_code, "Somebody else must decide" in refused.json()["detail"]) == (403, True)
    valuation.refresh_from_db()
    assert valuation.state == Valuation.State.SUBMITTED


def test_a_change_is_asked_for_with_the_reason(director, people, inside):
    valuation = make_valuation(make_contribution(people.partnership_manager), people.partnership_manager)
    assert director.post(f"valuations/{valuation.pk}/ask-for-change/", {"reason": " "}).status_code == 422
    returned = director.post(f"valuations/{valuation.pk}/ask-for-change/", {"reason": "Find a nearer price"}).json()
    assert (returned["state"], returned["decision_reason"]) == ("returned", "Find a nearer price")
    assert returned["evidence"] == [{"kind": "price_list", "reference": "Dealer's list, page 4"}]


def test_lent_equipment_is_extended_and_goes_back(manager, people, inside):
    line = make_lent(people.partnership_manager).lines.get()
    address, later = f"contribution-lines/{line.pk}/", (today() + dt.timedelta(days=90)).isoformat()
    assert manager.post(f"{address}extend/", {"return_on": later}).json()["return_on"] == later
    assert manager.post(f"{address}returned/").json()["returned_on"] == today().isoformat()
    assert manager.post(f"{address}returned/").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [{}]}, "/lines/0/item"),
        ({"lines": [{"item": "Robot", "quantity_hundredths": 0}]}, "/lines/0/quantity_hundredths"),
        ({"lines": [{"item": "Robot", "return_on": "2030-01-01"}]}, "/lines"),
        ({"kind": "cash"}, "/kind"),
        ({"offered_on": "2199-01-01"}, "/offered_on"),
        ({"title": 5}, "/title"),
    ],
)
def test_a_wrong_offer_is_refused_where_it_is_wrong(wrong, pointer, manager, inside):
    refused = manager.post("contributions/", _offer(make_employer("Arco"), **wrong))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert Contribution.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"basis": "market_comparator", "pence": 5_00}, "/evidence"),
        ({"basis": "donor_declared"}, "/pence"),
        ({"basis": "rate_card", "rate_code": "skilled-2011"}, "/rate_code"),
    ],
)
def test_a_wrong_valuation_is_refused_where_it_is_wrong(wrong, pointer, manager, people, inside):
    line = make_contribution(people.partnership_manager).lines.get()
    refused = manager.post("valuations/", {"line": str(line.pk)} | wrong)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert Valuation.objects.count() == 0


def test_the_lists_ask_the_same_queries_for_one_gift_and_for_three(manager, people, inside):
    expected = {"contributions/": 4, "contribution-lines/": 2, "valuations/": 2}

    def count(path):
        with own_queries() as queries:
            assert manager.get(path).status_code == 200
        return len(queries) - 3  # who asks and the allowance, the token, roles

    def add():
        make_valuation(make_contribution(people.partnership_manager), people.partnership_manager)

    add()
    with_one = {path: count(path) for path in expected}
    add(), add()
    assert (with_one, {path: count(path) for path in expected}) == (expected, expected)


def test_another_institutes_gifts_can_be_neither_read_nor_named(manager, people, liot, inside):
    with institute_context(liot.id):
        theirs = make_contribution(people.at(liot).partnership_manager)
        line, employer = theirs.lines.get(), theirs.employer
    assert manager.get(f"contributions/{theirs.pk}/").status_code == 404
    assert manager.post(f"contributions/{theirs.pk}/agree/").status_code == 404
    refused = manager.post("valuations/", {"line": str(line.pk), "basis": "donor_declared", "pence": 1})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/line")
    assert manager.post("contributions/", _offer(employer)).json()["errors"][0]["pointer"] == "/employer"


def test_a_token_that_only_reads_records_no_gift(api_for, people, yhiot, inside):
    reader = api_for(people.partnership_manager, yhiot, [Permission.SEE_CONTRIBUTIONS])
    assert reader.get("contributions/").status_code == 200
    assert reader.post("contributions/", _offer(make_employer("Arco"))).status_code == 403
    assert Contribution.objects.count() == 0
