"""What a sponsor reads, and what they never may."""

import copy
import csv
import io
from types import SimpleNamespace

import pytest
from django.urls import reverse

from crm.base.context import institute_context
from crm.base.errors import Conflict
from crm.identity.models import Membership
from sponsorships.actions.awards import withdraw_award
from sponsorships.actions.portal import close_portal, open_portal
from sponsorships.models import AgreementShare, Fund, Instalment, PortalGrant, Posting
from sponsorships.rollups import fold_fund_usage
from tests.conftest import People
from tests.factories.agreements import make_signed
from tests.factories.employers import make_contact
from tests.factories.funds import make_award, make_fund
from tests.factories.identity import make_liot, make_yhiot
from tests.factories.portal import make_paid_award, make_sponsored
from tests.queries import own_queries


@pytest.fixture(scope="module")
def sponsored(module_transaction):
    """Made once: a year's money takes a second."""
    with module_transaction():
        yhiot, liot = make_yhiot(), make_liot()
        people = People(yhiot).all_now()
        people.at(liot).all_now()
        with institute_context(yhiot.id, user_id=people.partnership_manager.id):
            return SimpleNamespace(people=people, grant=make_sponsored(people, [yhiot, liot]))


@pytest.fixture
def people(sponsored, db):
    return sponsored.people


@pytest.fixture
def granted(sponsored, db):
    return copy.deepcopy(sponsored.grant)


def _file(client):
    return list(csv.reader(io.StringIO(client.get("/portal/report.csv").content.decode("utf-8-sig"))))


def test_page_file_and_journal_say_the_same_to_the_penny(granted, client_for, yhiot):
    client = client_for(granted.user)
    page = client.get("/portal/")
    usage = page.context["usage"]
    rows = {(row[0], row[1]): row[2] for row in _file(client)}
    with institute_context(yhiot.id):
        funds = Fund.objects.filter(share_components__share__employer=granted.employer)
        paid = sum(Posting.objects.filter(fund__in=funds, bucket="paid").values_list("pence", flat=True))
        available = sum(Posting.objects.filter(fund__in=funds, bucket="available").values_list("pence", flat=True))
        promised = sum(Instalment.objects.values_list("pence", flat=True))
        received = sum(Instalment.objects.values_list("paid_pence", flat=True))
    figures = (usage.promised_pence, usage.received_pence, usage.paid_pence, usage.available_pence)
    assert figures == (promised, received, paid, available)
    assert paid == 12 * 100_00
    assert rows["Paid to learners", "All institutes"] == "1200.00"
    assert rows["Received", "All institutes"] == f"{received // 100}.{received % 100:02d}"
    assert "£1,200" in page.content.decode()


def test_one_report_covers_every_institute_that_opened_it(granted, client_for, people, liot):
    client = client_for(granted.user)
    assert [part.institute for part in client.get("/portal/").context["report"].parts] == ["Yorkshire & Humber IoT"]
    manager = people.at(liot).partnership_manager
    with institute_context(liot.id, user_id=manager.id):
        employer = AgreementShare.objects.get().employer
        contact = make_contact(employer, "Jo Marsh", email=granted.user.email)
        fold_fund_usage()
        open_portal(contact=contact, by=manager)
    report = client.get("/portal/").context["report"]
    assert len(report.parts) == 2
    assert report.usage.promised_pence == 530_000_00


def test_a_report_over_several_agreements_does_not_call_itself_by_the_first_alone(granted, client_for, people, yhiot):
    client = client_for(granted.user)
    assert client.get("/portal/").context["report"].title == "Quickline sponsorship"
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        facts = {"title": "Rig fund", "reference": "RF-1"}
        make_signed(people.partnership_manager, people.director, [yhiot], granted.employer, **facts)
    assert client.get("/portal/").context["report"].title == "Quickline sponsorship and 1 more agreement"


def test_a_sponsor_never_sees_another_sponsors_money(granted, client_for, people, yhiot):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        other = make_sponsored(people, [yhiot], name="Croda International", awards=0)
    before = client_for(granted.user).get("/portal/").context["usage"]
    theirs = client_for(other.user).get("/portal/")
    assert theirs.context["report"].sponsor == "Croda International"
    assert theirs.context["usage"].promised_pence == 530_000_00
    assert theirs.context["usage"].paid_pence == 0
    assert "Quickline Communications" not in theirs.content.decode()
    assert before.promised_pence == 265_000_00


def test_access_ends_at_the_next_request_when_it_is_taken_back(granted, client_for, people, yhiot):
    client = client_for(granted.user)
    assert client.get("/portal/").status_code == 200
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        close_portal(grant=granted, by=people.partnership_manager)
        assert not Membership.objects.in_force().filter(user=granted.user).exists()
    assert client.get("/portal/").status_code == 403
    assert client.get("/portal/report.csv").status_code == 403


def test_staff_and_strangers_have_no_portal(granted, client_for, people, yhiot):
    for user in (people.director, people.finance_officer):
        assert client_for(user).get("/portal/").status_code == 403
    assert client_for().get("/portal/").status_code == 302


def test_a_sponsor_has_no_staff_page(granted, client_for, yhiot):
    assert client_for(granted.user, yhiot).get("/employers/").status_code == 404


def test_learners_whose_award_was_withdrawn_before_a_penny_was_paid_were_not_helped(granted, client_for, yhiot, people):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        fund, by = Fund.objects.get(kind="bursary"), people.bursary_administrator
        for _ in range(8):
            withdraw_award(award=make_award(fund, 100, by=by), reason="Left the course", by=by)
    assert client_for(granted.user).get("/portal/").context["report"].learners == 10  # twelve, to the nearest five


def test_a_fund_that_others_feed_too_is_left_out(granted, client_for, yhiot, people):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        unrelated = make_fund(5_000_00)
        make_award(unrelated, 100_00, by=people.bursary_administrator)
        fold_fund_usage()
    assert client_for(granted.user).get("/portal/").context["usage"].paid_pence == 12 * 100_00


def test_access_is_given_once(granted, people, yhiot):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        contact = granted.employer.contacts.get(email=granted.user.email)
        with pytest.raises(Conflict, match="already"):
            open_portal(contact=contact, by=people.partnership_manager)
        assert PortalGrant.objects.count() == 1


def test_the_report_asks_a_constant_number_of_questions(granted, client_for, yhiot, people):
    client = client_for(granted.user)
    client.get("/portal/")  # the first request of a session notes who signed in where
    with own_queries() as few:
        client.get("/portal/")
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        fund = Fund.objects.get(kind="bursary")
        for number in range(100, 104):
            make_paid_award(fund, people, number)
    with own_queries() as more:
        client.get("/portal/")
    assert len(few) == len(more) == 11


def test_staff_open_and_close_the_report_from_the_employers_record(granted, client_for, yhiot, people):
    pages = client_for(people.partnership_manager, yhiot)
    assert pages.post(reverse("sponsorships:close_portal", args=[granted.pk])).status_code == 302
    with institute_context(yhiot.id):
        granted.refresh_from_db()
        contact = granted.employer.contacts.get(email=granted.user.email)
    assert granted.revoked_by == people.partnership_manager
    url = reverse("sponsorships:open_portal", args=[granted.employer_id])
    assert pages.post(url, {"contact": contact.pk}).status_code == 302
    assert client_for(granted.user).get("/portal/").status_code == 200
    assert pages.post(url, {"contact": contact.pk}).status_code == 422  # it is open already
