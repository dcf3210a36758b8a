"""Agreements and receipts by API: promised by two people, received to the penny."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.identity.roles import Permission
from sponsorships.models import Agreement, AgreementShare, Bucket, Instalment, Receipt, ReceiptMatch, Waiver
from tests.factories.agreements import make_draft, make_signatory, make_signed, make_sponsor
from tests.factories.funds import make_fund
from tests.queries import own_queries


@pytest.fixture
def manager(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


@pytest.fixture
def director(api_for, people, yhiot):
    return api_for(people.director, yhiot)


@pytest.fixture
def finance(api_for, people, yhiot):
    return api_for(people.finance_officer, yhiot)


@pytest.fixture
def signed(inside, people, yhiot):
    return make_signed(people.partnership_manager, people.director, [yhiot])


def _terms(employer, **facts):
    naming = {"what": "The final carries the name", "due_on": "2027-07-01", "fair_value_pence": 20_000_00}
    wanted = {
        "employer": str(employer.pk),
        "title": "Quickline sponsorship",
        "reference": "YH-2026-01",
        "starts_on": "2026-09-01",
        "ends_on": "2029-08-31",
        "total_pence": 90_000_00,
        "components": [
            {"kind": "gift", "purpose": "bursary", "pence": 60_000_00},
            {"kind": "sponsorship_fee", "purpose": "challenge", "pence": 30_000_00, "benefits": [naming]},
        ],
        "parties": [{"institute": "yhiot"}],
        "due_dates": ["2026-09-01", "2027-09-01", "2028-09-01"],
    }
    return wanted | facts


def test_an_agreement_is_drafted_changed_signed_by_another_amended_and_ended(manager, director, inside):
    sponsor = make_sponsor()
    signatory = make_signatory(sponsor)
    made = manager.post("agreements/", _terms(sponsor))
    assert made.status_code == 201, made.json()
    address = f"agreements/{made.json()['id']}/"
    assert [part["pence"] for part in made.json()["components"][0]["payments"]] == [20_000_00] * 3
    assert made.json()["parties"][0]["institute"] == {
        "code": "yhiot",
        "name": made.json()["parties"][0]["institute"]["name"],
    }
    changed = manager.patch(address, {"title": "Quickline and the region", "due_dates": ["2026-09-01", "2027-09-01"]})
    assert changed.status_code == 200, changed.json()
    assert changed.json()["title"] == "Quickline and the region"
    assert [part["pence"] for part in changed.json()["components"][1]["payments"]] == [15_000_00] * 2
    assert changed.json()["components"][1]["benefits"][0]["fair_value_pence"] == 20_000_00
    signed = director.post(f"{address}sign/", {"signed_for_sponsor": str(signatory.pk)})
    assert (signed.status_code, signed.json()["state"]) == (200, "signed")
    payment = signed.json()["components"][0]["payments"][1]
    grown = {"payment": payment["id"], "due_on": "2027-10-01", "pence": 40_000_00}
    amended = manager.post(f"{address}amend/", {"reason": "They give more", "changes": [grown]}).json()
    assert (amended["total_pence"], amended["amendments"][0]["before"]["pence"]) == (100_000_00, 90_000_00)
    [share] = manager.get(f"agreement-shares/?agreement_id={made.json()['id']}").json()["items"]
    assert (share["pence"], share["phase"], share["currency"]) == (100_000_00, "Running", "GBP")
    assert manager.patch(address, {"title": "Too late"}).status_code == 409
    ended = director.post(
        f"{address}terminate/", {"terminated_on": "2026-10-01", "reason": "Insolvent", "evidence": "Letter, safe 3"}
    )
    assert (ended.status_code, ended.json()["state"]) == (200, "terminated")
    [share] = manager.get("agreement-shares/").json()["items"]
    assert (share["phase"], share["written_off_pence"]) == ("Ended early", 55_000_00)


def test_who_drafted_an_agreement_does_not_sign_it(api_for, people, yhiot, inside):
    draft = make_draft(people.director, [yhiot])
    signatory = make_signatory(draft.employer)
    api = api_for(people.director, yhiot)
    refused = api.post(f"agreements/{draft.pk}/sign/", {"signed_for_sponsor": str(signatory.pk)})
    assert (refused.status_code, "Somebody else must sign" in refused.json()["detail"]) == (403, True)
    assert AgreementShare.objects.count() == 0


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(manager, people, yhiot, inside):
    address = f"agreements/{make_draft(people.partnership_manager, [yhiot]).pk}/"
    tag = manager.get(address)["ETag"]
    assert manager.patch(address, {"title": "First"}, etag=tag).status_code == 200
    refused = manager.patch(address, {"title": "Second"}, etag=tag)
    assert (refused.status_code, refused.json()["current"]["title"]) == (412, "First")
    assert manager.patch(address, {"title": "Third"}, etag="").status_code == 428


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"total_pence": 90_000_01}, "/components"),
        ({"components": []}, "/components"),
        ({"components": [{"kind": "gift", "purpose": "bursary"}]}, "/components/0/pence"),
        ({"parties": [{"institute": "nowhere"}]}, "/parties/0/institute"),
        ({"parties": [{"institute": "liot"}]}, "/parties"),
        ({"due_dates": ["2020-01-01"]}, "/due_dates"),
        ({"ends_on": "2026-08-31"}, "/ends_on"),
        ({"reference": " "}, "/reference"),
    ],
)
def test_wrong_terms_are_refused_where_they_are_wrong(wrong, pointer, manager, inside, liot):
    refused = manager.post("agreements/", _terms(make_sponsor(), **wrong))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert Agreement.objects.count() == 0


def test_a_part_is_sent_whole_in_a_change_too(manager, people, yhiot, inside):
    draft = make_draft(people.partnership_manager, [yhiot])
    refused = manager.patch(f"agreements/{draft.pk}/", {"components": [{"kind": "gift"}]})
    assert refused.status_code == 422
    assert {e["pointer"] for e in refused.json()["errors"]} == {"/components/0/pence", "/components/0/purpose"}


def test_an_instalment_is_written_off_by_a_second_person(manager, director, signed):
    [first, *_] = manager.get("instalments/?when=overdue").json()["items"]
    address = f"instalments/{first['id']}/"
    other_sum = manager.post(f"{address}ask-to-waive/", {"pence": 1, "reason": "Insolvent"})
    assert other_sum.status_code == 409
    body = {"pence": first["outstanding_pence"], "reason": "Insolvent"}
    asked = manager.post(f"{address}ask-to-waive/", body)
    assert asked.status_code == 201, asked.json()
    assert manager.post(f"waivers/{asked.json()['id']}/approve/").status_code == 403
    approved = director.post(f"waivers/{asked.json()['id']}/approve/").json()
    assert (approved["state"], approved["pence"]) == ("approved", first["pence"])
    assert manager.get(address).json()["state"] == "waived"
    [_, second, *_] = manager.get("instalments/").json()["items"]
    body = {"pence": second["outstanding_pence"], "reason": "Agreed with them"}
    assert director.post(f"instalments/{second['id']}/waive/", body).json()["state"] == "waived"
    assert Waiver.objects.filter(state="approved").count() == 2


def test_a_refused_waiver_says_why(manager, director, signed):
    [first, *_] = manager.get("instalments/").json()["items"]
    body = {"pence": first["outstanding_pence"], "reason": "They asked"}
    asked = manager.post(f"instalments/{first['id']}/ask-to-waive/", body).json()
    assert director.post(f"waivers/{asked['id']}/refuse/", {"reason": ""}).status_code == 422
    refused = director.post(f"waivers/{asked['id']}/refuse/", {"reason": "They can pay"}).json()
    assert (refused["state"], refused["decision_reason"]) == ("refused", "They can pay")
    assert [w["id"] for w in manager.get("waivers/?state=refused").json()["items"]] == [asked["id"]]


def test_a_benefit_is_noted_as_delivered_once(manager, signed):
    [benefit] = manager.get(f"benefits/?agreement={signed.pk}").json()["items"]
    assert benefit["is_overdue"]
    address = f"benefits/{benefit['id']}/delivered/"
    assert manager.post(address).json()["delivered_on"] == today().isoformat()
    assert manager.post(address).status_code == 409


def test_a_receipt_is_recorded_matched_taken_as_a_gift_and_sent_back(finance, signed):
    body = {"banked_on": "2026-10-05", "payer": "Quickline Communications", "reference": "FP 881", "pence": 120_000_00}
    made = finance.post("receipts/", body)
    assert made.status_code == 201, made.json()
    again = finance.post("receipts/", body)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/reference")
    address = f"receipts/{made.json()['id']}/"
    likely = finance.get(f"{address}likely-instalments/").json()["items"]
    bursary = next(i for i in likely if i["purpose"] == "bursary")
    due = bursary["outstanding_pence"]
    too_much = finance.post(f"{address}match/", {"instalment": bursary["id"], "pence": due + 1})
    [error] = too_much.json()["errors"]
    assert (too_much.status_code, error["pointer"]) == (422, "/pence")
    assert error["detail"].startswith("Only £100,000.00 is outstanding")
    matched = finance.post(f"{address}match/", {"instalment": bursary["id"], "pence": due}).json()
    assert (matched["state"], matched["unmatched_pence"]) == ("part_matched", 20_000_00)
    fund = make_fund()
    assert finance.post(f"{address}gift/", {"fund": str(fund.pk), "pence": 15_000_00}).status_code == 200
    left = finance.post(f"{address}refund/", {"pence": 5_000_01, "reason": "Paid twice"})
    assert left.json()["errors"][0]["detail"] == "Only £5,000.00 of this receipt is left."
    done = finance.post(f"{address}refund/", {"pence": 5_000_00, "reason": "Paid twice"}).json()
    assert [m["kind"] for m in done["matches"]] == ["instalment", "gift", "refund"]
    assert (done["state"], done["unmatched_pence"]) == ("matched", 0)
    assert fund.held()[Bucket.AVAILABLE] == 15_000_00
    assert Instalment.objects.get(pk=bursary["id"]).state == "paid"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"pence": -5}, "/pence"),
        ({"pence": True}, "/pence"),
        ({"banked_on": "2199-01-01"}, "/banked_on"),
        ({"banked_on": "5 Oct 2026"}, "/banked_on"),
        ({"payer": ""}, "/payer"),
        ({"reference": "x" * 81}, "/reference"),
        ({"state": "matched"}, "/state"),
    ],
)
def test_a_wrong_receipt_is_refused_at_its_field(wrong, pointer, finance, inside):
    body = {"banked_on": "2026-10-05", "payer": "Quickline", "reference": "FP 881", "pence": 5_00} | wrong
    refused = finance.post("receipts/", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert Receipt.objects.count() == 0


LISTS = {"agreements/": 7, "agreement-shares/": 4, "instalments/": 1, "waivers/": 1, "benefits/": 1, "receipts/": 2}


def test_the_lists_ask_the_same_queries_for_one_agreement_and_for_three(manager, finance, people, yhiot, inside):
    def count(path):
        with own_queries() as queries:
            assert manager.get(path).status_code == 200
        return len(queries) - 3  # who asks and the allowance, the token, roles

    def add(number):
        make_signed(people.partnership_manager, people.director, [yhiot], make_sponsor(f"Sponsor {number}"))
        [instalment, *_] = Instalment.objects.filter(component__share__sponsor_name=f"Sponsor {number}")
        body = {"pence": instalment.outstanding_pence - 1, "instalment": str(instalment.pk)}
        paid = {"banked_on": "2026-10-05", "payer": "Sponsor", "reference": f"FP {number}", "pence": body["pence"]}
        finance.post(f"receipts/{finance.post('receipts/', paid).json()['id']}/match/", body)
        manager.post(f"instalments/{instalment.pk}/ask-to-waive/", {"pence": 1, "reason": "Rounding"})

    add(1)
    with_one = {path: count(path) for path in LISTS}
    add(2), add(3)
    assert Waiver.objects.count() == ReceiptMatch.objects.count() == 3
    assert (with_one, {path: count(path) for path in LISTS}) == (LISTS, LISTS)


def test_another_institutes_agreements_can_be_neither_read_nor_named(manager, finance, people, liot, inside):
    with institute_context(liot.id):
        theirs = make_signed(people.at(liot).partnership_manager, people.at(liot).director, [liot])
        instalment, share = Instalment.objects.first(), AgreementShare.objects.get()
    for address in (f"agreements/{theirs.pk}/", f"agreement-shares/{share.pk}/", f"instalments/{instalment.pk}/"):
        assert manager.get(address).status_code == 404
    body = {"banked_on": today().isoformat(), "payer": "Quickline", "reference": "FP 1", "pence": 5_00}
    receipt = finance.post("receipts/", body).json()
    refused = finance.post(f"receipts/{receipt['id']}/match/", {"instalment": str(instalment.pk), "pence": 5_00})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/instalment")


def test_a_program_says_so_when_one_company_paid_for_another(inside, api_for, people, yhiot):
    make_signed(people.partnership_manager, people.director, [yhiot])
    instalment, finance = Instalment.objects.first(), api_for(people.finance_officer, yhiot)
    paid = {"banked_on": today().isoformat(), "payer": "Skipton", "reference": "FP 2", "pence": 5_00}
    address, body = (
        f"receipts/{finance.post('receipts/', paid).json()['id']}/match/",
        {"instalment": str(instalment.pk)},
    )
    refused = finance.post(address, body | {"pence": 5_00})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/for_another")
    assert finance.post(address, body | {"pence": 5_00, "for_another": True}).status_code == 200


def test_a_party_sees_its_share_and_not_the_leads_agreement(api_for, people, yhiot, liot, inside):
    joint = make_signed(people.partnership_manager, people.director, [yhiot, liot])
    party = api_for(people.at(liot).partnership_manager, liot)
    assert party.get(f"agreements/{joint.pk}/").status_code == 404
    [share] = party.get("agreement-shares/").json()["items"]
    assert (share["lead"]["code"], share["pence"], share["total_pence"]) == ("yhiot", 265_000_00, None)


def test_a_token_that_only_reads_signs_and_records_nothing(api_for, people, yhiot, signed):
    reader = api_for(people.finance_officer, yhiot, [Permission.SEE_SPONSORSHIPS])
    assert reader.get(f"agreements/{signed.pk}/").status_code == 200
    body = {"banked_on": dt.date(2026, 10, 5).isoformat(), "payer": "Q", "reference": "FP 1", "pence": 1}
    assert reader.post("receipts/", body).status_code == 403
    assert Receipt.objects.count() == 0
