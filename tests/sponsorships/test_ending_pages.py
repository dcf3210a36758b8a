"""The pages on which a promise ends: asking, deciding, ending early; and where it is said afterwards."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.context import institute_context
from sponsorships.models import Agreement, AgreementShare, Fund, Instalment, PortalGrant, Waiver
from sponsorships.rollups import fold_fund_usage
from tests.browser import in_every_look
from tests.factories.agreements import gift, make_signed, make_sponsor
from tests.sponsorships.reading import text


@pytest.fixture
def agreement(yhiot, people) -> Agreement:
    """Two payments of £500, both late."""
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        parts, due = (gift("bursary", 1_000_00),), (dt.date(2025, 9, 1), dt.date(2026, 9, 1))
        return make_signed(manager, people.director, [yhiot], make_sponsor(), components=parts, due_dates=due)


@pytest.fixture
def instalment(agreement, yhiot) -> Instalment:
    with institute_context(yhiot.id):
        return Instalment.objects.get(number=2)


@pytest.fixture
def manager(people, yhiot, client_for):
    return client_for(people.partnership_manager, yhiot)


@pytest.fixture
def director(people, yhiot, client_for):
    return client_for(people.director, yhiot)


def page_of(agreement) -> str:
    return reverse("sponsorships:agreement", args=[agreement.pk])


def ask(client, instalment, route="ask_to_waive", **data):
    return client.post(
        reverse(f"sponsorships:{route}", args=[instalment.pk]), {"reason": "Insolvent", "pence": 500_00} | data
    )


def test_a_manager_asks_and_the_director_decides_on_the_agreements_page(
    agreement, instalment, manager, director, yhiot
):
    assert "Ask to write off" in text(manager.get(page_of(agreement)))
    assert ask(manager, instalment).status_code == 302
    assert "Write off £500: Quickline sponsorship" in text(director.get("/"))
    assert "asks to write off £500: “Insolvent”" in text(director.get(page_of(agreement)))
    with institute_context(yhiot.id):
        waiver = Waiver.objects.get()
    director.post(reverse("sponsorships:approve_waiver", args=[waiver.pk]))
    page = text(director.get(page_of(agreement)))
    assert "£1,000 less £500 written off" in page
    assert "Written off: £500 due 1 September 2026" in page
    with institute_context(yhiot.id):
        assert Fund.objects.get().held()["promised"] == 500_00


def test_a_director_refuses_with_a_reason(agreement, instalment, manager, director, yhiot):
    ask(manager, instalment)
    with institute_context(yhiot.id):
        waiver = Waiver.objects.get()
    director.post(reverse("sponsorships:refuse_waiver", args=[waiver.pk]), {"reason": "They pay in spring"})
    assert "They pay in spring" in text(manager.get(page_of(agreement)))


def test_a_director_writes_off_at_once(agreement, instalment, director):
    assert "It cannot be taken back" in text(director.get(reverse("sponsorships:waive", args=[instalment.pk])))
    assert ask(director, instalment, "waive").status_code == 302
    assert "£1,000 less £500 written off" in text(director.get(page_of(agreement)))


def test_a_form_that_is_out_of_date_is_refused_and_nothing_is_written(agreement, instalment, director, yhiot):
    answer = ask(director, instalment, "waive", pence=400_00)
    assert answer.status_code == 422
    assert "In the meantime £500.00 is outstanding" in text(answer)
    with institute_context(yhiot.id):
        assert not Waiver.objects.exists()


def test_an_agreement_is_ended_early_and_every_list_says_so(agreement, director, manager, yhiot):
    assert "End early" in text(director.get(page_of(agreement)))
    assert "End early" not in text(manager.get(page_of(agreement)))
    url = reverse("sponsorships:terminate", args=[agreement.pk])
    data = {"terminated_on": "2025-12-31", "reason": "Taken over", "evidence": "Board minutes, item 4"}
    refused = director.post(url, data | {"evidence": ""})
    assert refused.status_code == 422
    assert director.post(url, data).status_code == 302
    page = text(director.get(page_of(agreement)))
    assert "Ended early" in page and "Taken over" in page and "Board minutes, item 4" in page
    assert "Amend" not in page
    assert "£0 of £500" in text(director.get(reverse("sponsorships:agreements")))
    assert director.get(url).status_code == 404
    with institute_context(yhiot.id):
        assert AgreementShare.objects.get().terminated_on == dt.date(2025, 12, 31)


def test_the_sponsor_and_the_reports_read_what_still_stands_and_what_was_written_off(
    agreement, instalment, director, people, yhiot, client_for
):
    ask(director, instalment, "waive")
    contact = people.sponsor_contact
    with institute_context(yhiot.id):
        fold_fund_usage()
        employer = AgreementShare.objects.get().employer
        PortalGrant.objects.create(user=contact, employer=employer, granted_by=people.partnership_manager)
    sponsor = client_for(contact)
    report = text(sponsor.get("/portal/"))
    assert "£0 of £500 has arrived" in report and "less £500 written off" in report
    rows = sponsor.get(reverse("portal:report_csv")).content.decode()
    assert "Promised,All institutes,500.00" in rows
    assert '"Written off, so promised no longer",All institutes,500.00' in rows
    funds = director.get("/reports/funds.csv").content.decode()
    assert "500.00,500.00,0.00" in funds


@pytest.mark.browser
def test_the_pages_are_accessible(open_page, agreement, instalment, manager, people, yhiot):
    ask(manager, instalment)
    director = people.director
    in_every_look(open_page, page_of(agreement), "agreement-waiver", director, yhiot)
    in_every_look(open_page, reverse("sponsorships:waive", args=[instalment.pk]), "waive", director, yhiot)
    in_every_look(open_page, reverse("sponsorships:terminate", args=[agreement.pk]), "terminate", director, yhiot)
