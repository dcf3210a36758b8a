"""Funds, their journal and their awards by API: what is refused says how much is left."""

import datetime as dt
import json
import uuid

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.identity.models import InstituteProvider, Provider
from crm.identity.roles import Permission
from sponsorships.models import Award, Bucket, Fund, JournalEntry, LearnerRef
from sponsorships.rollups import fold_fund_usage
from tests.factories.funds import make_award, make_fund
from tests.queries import own_queries


@pytest.fixture
def bursaries(api_for, people, yhiot):
    return api_for(people.bursary_administrator, yhiot)


@pytest.fixture
def finance(api_for, people, yhiot):
    return api_for(people.finance_officer, yhiot)


@pytest.fixture
def college(yhiot):
    college = Provider.objects.create(name="York College", kind=Provider.Kind.FE)
    InstituteProvider.objects.create(institute=yhiot, provider=college, part="core")
    return college


@pytest.fixture
def fund(inside):
    return make_fund(1_000_00, name="Quickline bursaries")


def _new_award(fund, college, /, **facts):
    wanted = {"fund": str(fund.pk), "provider": str(college.pk), "learner_number": "LN-20417", "level": "4"}
    wanted |= {"course": "HNC Engineering", "purpose": "travel", "pence": 400_00, "reason": "Return bus fare"}
    return wanted | {"due_on": [(today() + dt.timedelta(days=n)).isoformat() for n in (0, 31)]} | facts


def test_a_fund_is_read_with_its_figures(bursaries, fund, people):
    make_award(fund, 300_00, by=people.bursary_administrator)
    fold_fund_usage()
    read = bursaries.get(f"funds/{fund.pk}/").json()
    assert (read["name"], read["currency"], read["recipient"]) == ("Quickline bursaries", "GBP", None)
    usage = read["usage"]
    assert (usage["received_pence"], usage["awarded_pence"], usage["available_pence"]) == (1_000_00, 300_00, 700_00)
    assert (usage["committed_pence"], usage["used_percent"], usage["is_up_to_date"]) == (300_00, 30, True)
    months = bursaries.get(f"funds/{fund.pk}/months/").json()
    assert months["items"][0] | {"entries": 0} == {
        "month": "2026-09-01",
        "academic_year": "2026/27",
        "received_pence": 1_000_00,
        "awarded_pence": 0,
        "paid_pence": 0,
        "recovered_pence": 0,
        "spent_pence": 0,
        "entries": 0,
    }
    assert bursaries.get(f"funds/{fund.pk}/months/?academic_year=2020/21").json()["items"] == []
    assert bursaries.get(f"funds/{fund.pk}/months/?academic_year=last").status_code == 400


@pytest.mark.parametrize("path", ["funds/", "awards/", "award-payments/", "journal-entries/"])
def test_a_list_asks_the_same_queries_for_one_row_and_for_three(path, bursaries, people, inside):
    def count():
        with own_queries() as queries:
            assert bursaries.get(path).status_code == 200
        return len(queries)

    def add():
        make_award(make_fund(100_00), 10_00, by=people.bursary_administrator)

    add()
    with_one = count()
    add(), add()
    # Who asks and the allowance, the token, roles, the rows; then what belongs to them.
    beside = {"funds/": 3, "awards/": 1, "award-payments/": 0, "journal-entries/": 1}[path]
    assert (with_one, count()) == (4 + beside, 4 + beside)


def test_a_fund_is_opened_paused_opened_again_and_closed(bursaries, college, inside):
    body = {"name": "Books", "kind": "bursary", "starts_on": "2026-09-01", "recipient": str(college.pk)}
    made = bursaries.post("funds/", body)
    assert made.status_code == 201, made.json()
    assert made.json()["recipient"] == {"id": str(college.pk), "name": "York College"}
    again = bursaries.post("funds/", body)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/name")
    address = f"funds/{made.json()['id']}/"
    for step, state in {"pause": "paused", "reopen": "open", "close": "closed"}.items():
        assert bursaries.post(f"{address}{step}/").json()["state"] == state
    assert [f["name"] for f in bursaries.get("funds/?state=closed").json()["items"]] == ["Books"]
    assert [p["name"] for p in bursaries.get("providers/").json()["items"]] == ["York College"]


def test_a_fund_with_money_is_not_closed(bursaries, fund):
    refused = bursaries.post(f"funds/{fund.pk}/close/")
    assert refused.status_code == 409
    assert "£1,000.00 is still available" in refused.json()["detail"]
    fund.refresh_from_db()
    assert fund.state == Fund.State.OPEN


def test_money_is_moved_by_hand_and_an_entry_reversed(finance, fund, inside):
    other = make_fund(name="Books")
    gift = finance.post(f"funds/{fund.pk}/gift/", {"pence": 50_00, "memo": "From a visitor"})
    assert gift.status_code == 201, gift.json()
    assert {(p["bucket"], p["pence"]) for p in gift.json()["postings"]} == {("external", -50_00), ("available", 50_00)}
    body = {"pence": 20_00, "memo": "Books need it", "destination": str(other.pk)}
    assert finance.post(f"funds/{fund.pk}/transfer/", body).status_code == 201
    assert other.held()[Bucket.AVAILABLE] == 20_00
    address = f"journal-entries/{gift.json()['id']}/"
    assert finance.get(address).json() == gift.json()
    undone = finance.post(f"{address}reverse/", {"memo": "Typed twice"})
    assert (undone.status_code, undone.json()["reverses"]) == (201, gift.json()["id"])
    assert finance.post(f"{address}reverse/", {"memo": "Again"}).status_code == 409
    assert fund.held()[Bucket.AVAILABLE] == 980_00
    listed = finance.get(f"journal-entries/?fund={other.pk}").json()["items"]
    assert [entry["kind"] for entry in listed] == ["transferred"]


def test_money_beyond_the_balance_is_refused_and_says_what_is_left(finance, fund):
    refused = finance.post(f"funds/{fund.pk}/refund/", {"pence": 1_000_01, "memo": "Too much"})
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    [error] = refused.json()["errors"]
    assert error["pointer"] == "/pence"
    assert error["detail"].startswith("Only £1,000.00 is left as available")
    assert fund.held()[Bucket.AVAILABLE] == 1_000_00


def test_an_award_is_made_paid_by_another_person_failed_and_recovered(bursaries, finance, fund, college, people):
    made = bursaries.post("awards/", _new_award(fund, college))
    assert made.status_code == 201, made.json()
    award = made.json()
    assert [part["pence"] for part in award["instalments"]] == [200_00, 200_00]
    assert award["learner"]["pseudonym"].startswith("L-") and "20417" not in json.dumps(award)
    first = f"award-payments/{award['instalments'][0]['id']}/"
    assert [p["id"] for p in finance.get("award-payments/?when=due").json()["items"]] == [award["instalments"][0]["id"]]
    paid = finance.post(f"{first}pay/").json()
    assert (paid["state"], paid["paid_by"]["id"]) == ("paid", str(people.finance_officer.pk))
    assert finance.post(f"{first}pay/").status_code == 409
    assert finance.post(f"{first}fail/").json()["state"] == "failed"
    finance.post(f"{first}pay/")
    address = f"awards/{award['id']}/"
    too_much = finance.post(f"{address}recover/", {"pence": 300_00, "memo": "Left the course"})
    assert too_much.status_code == 422
    assert too_much.json()["errors"][0]["detail"] == "At most £200.00 of this award can be recovered."
    recovered = finance.post(f"{address}recover/", {"pence": 50_00, "memo": "Left the course"}).json()
    assert (recovered["paid_pence"], recovered["recovered_pence"]) == (200_00, 50_00)
    withdrawn = bursaries.post(f"{address}withdraw/", {"reason": "Left the course"}).json()
    assert (withdrawn["state"], withdrawn["unpaid_pence"]) == ("withdrawn", 0)
    assert fund.held()[Bucket.AVAILABLE] == 850_00


def test_who_approved_an_award_does_not_pay_it(api_for, people, yhiot, fund, inside):
    from_finance = make_award(fund, 100_00, by=people.finance_officer)
    api = api_for(people.finance_officer, yhiot)
    refused = api.post(f"award-payments/{from_finance.instalments.get().pk}/pay/")
    assert refused.status_code == 403
    assert "another person must pay it" in refused.json()["detail"]
    assert from_finance.instalments.get().state == "planned"


def test_an_award_beyond_the_fund_is_refused_and_leaves_nothing(bursaries, fund, college):
    refused = bursaries.post("awards/", _new_award(fund, college, pence=1_000_01))
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["pointer"] == "/pence" and "Only £1,000.00 is left" in error["detail"]
    assert Award.objects.count() == LearnerRef.objects.count() == 0


def test_the_same_award_twice_under_one_key_is_made_once(bursaries, fund, college):
    key, body = str(uuid.uuid4()), _new_award(fund, college)
    first, second = (bursaries.post("awards/", body, key=key) for _ in range(2))
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert Award.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"pence": 0}, "/pence"),
        ({"pence": "400"}, "/pence"),
        ({"pence": 10.5}, "/pence"),
        ({"pence": 2**62}, "/pence"),
        ({"learner_number": "Sam Marsh"}, "/learner_number"),
        ({"reason": "Bus for Ms Marsh"}, "/reason"),
        ({"due_on": []}, "/due_on"),
        ({"due_on": ["2026-13-01"]}, "/due_on/0"),
        ({"due_on": ["2020-01-01"]}, "/due_on/0"),
        ({"purpose": "holidays"}, "/purpose"),
        ({"fund": str(uuid.uuid4())}, "/fund"),
        ({"name": "Sam"}, "/name"),
    ],
)
def test_a_wrong_award_is_refused_at_its_field(wrong, pointer, bursaries, fund, college):
    refused = bursaries.post("awards/", _new_award(fund, college, **wrong))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert Award.objects.count() == LearnerRef.objects.count() == 0


def test_another_institutes_money_can_be_neither_read_nor_named(finance, bursaries, fund, college, liot, people):
    with institute_context(liot.id):
        theirs = make_fund(500_00)
        award = make_award(theirs, 100_00, by=people.at(liot).bursary_administrator)
        entry = JournalEntry.objects.first()
    for address in (f"funds/{theirs.pk}/", f"awards/{award.pk}/", f"journal-entries/{entry.pk}/"):
        assert finance.get(address).status_code == 404
    body = {"pence": 1_00, "memo": "Over there", "destination": str(theirs.pk)}
    refused = finance.post(f"funds/{fund.pk}/transfer/", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/destination")
    assert finance.get(f"journal-entries/?fund={theirs.pk}").json()["items"] == []
    assert bursaries.post("awards/", _new_award(theirs, college)).status_code == 422


def test_a_token_that_only_reads_moves_no_money(api_for, people, yhiot, fund):
    reader = api_for(people.finance_officer, yhiot, [Permission.SEE_FUNDS])
    assert reader.get("funds/").status_code == 200
    assert reader.post(f"funds/{fund.pk}/gift/", {"pence": 1, "memo": "Gift"}).status_code == 403
    assert fund.held()[Bucket.AVAILABLE] == 1_000_00
