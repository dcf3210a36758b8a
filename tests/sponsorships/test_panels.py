"""What sponsorships show on My day and on an employer's record."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import institute_context
from employers.models import ContactRole, Employer
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.models import AgreementShare, Instalment
from tests.browser import in_every_look
from tests.factories.agreements import gift, make_draft, make_signed, make_sponsor
from tests.factories.contributions import make_contribution, make_counted, make_valuation
from tests.factories.employers import make_contact


@pytest.fixture
def sponsor(yhiot, manager, people):
    """£1,000 late of which £400 came, a robot that counts, a valuation to approve and a draft to sign."""
    with institute_context(yhiot.id, user_id=manager.id):
        sponsor = make_sponsor()
        due = (dt.date(2025, 9, 1), today() + dt.timedelta(days=10))
        facts = {"components": (gift("bursary", 2_000_00),), "due_dates": due, "ends_on": due[1]}
        make_signed(manager, people.director, [yhiot], sponsor, **facts)
        receipt = record_receipt(
            banked_on=dt.date(2025, 9, 3), payer="Quickline", reference="FP-1", pence=450_00, by=people.finance_officer
        )
        first = Instalment.objects.get(number=1)
        match_receipt(receipt=receipt, instalment=first, pence=400_00, by=people.finance_officer)
        make_counted(manager, people.director, 18_500_00, employer=sponsor)
        make_valuation(make_contribution(manager, sponsor, title="Cobot"), manager)
        make_draft(manager, [yhiot], sponsor, title="Next sponsorship")
    return sponsor


def test_a_director_finds_decisions_on_my_day_and_the_drafter_does_not(sponsor, client_for, people, manager, yhiot):
    shown = client_for(people.director, yhiot).get(reverse("home")).content.decode()
    assert "2 decisions wait for you" in shown
    assert "Cobot: £18,500" in shown
    assert "Sign Next sponsorship: £530,000" in shown
    assert "Waiting for your decision" not in client_for(manager, yhiot).get(reverse("home")).content.decode()


def test_finance_finds_late_instalments_and_receipts_to_match(sponsor, client_for, people, yhiot):
    shown = client_for(people.finance_officer, yhiot).get(reverse("home")).content.decode()
    assert "£600 from sponsors is late" in shown
    assert "£50 at the bank waits to be matched" in shown


def test_the_owner_is_told_that_nobody_can_be_reminded_and_others_are_not(sponsor, client_for, people, manager, yhiot):
    with institute_context(yhiot.id):
        Employer.objects.filter(pk=sponsor.pk).update(owner=manager)
    shown = client_for(manager, yhiot).get(reverse("home")).content.decode()
    assert "but no finance contact to remind: add one" in shown
    assert reverse("employers:add_contact", args=[sponsor.pk]) in shown
    agreement = reverse("sponsorships:agreement", args=[_share(yhiot).agreement_id])
    assert "Nobody to remind." in client_for(manager, yhiot).get(agreement).content.decode()
    director = client_for(people.director, yhiot).get(reverse("home")).content.decode()
    assert "no finance contact" not in director


def test_nobody_is_told_once_there_is_a_finance_contact(sponsor, client_for, manager, yhiot):
    with institute_context(yhiot.id):
        make_contact(sponsor, roles=(ContactRole.Role.FINANCE,))
    assert "no finance contact" not in client_for(manager, yhiot).get(reverse("home")).content.decode()
    agreement = reverse("sponsorships:agreement", args=[_share(yhiot).agreement_id])
    assert "Nobody to remind." not in client_for(manager, yhiot).get(agreement).content.decode()


def _share(yhiot):
    with institute_context(yhiot.id):
        return AgreementShare.objects.get()


def test_an_employers_record_shows_received_of_promised_and_what_it_gave(sponsor, client_for, manager, yhiot):
    shown = client_for(manager, yhiot).get(reverse("employers:record", args=[sponsor.pk])).content.decode()
    assert "£400 of £2,000" in shown
    assert "£600 is late." in shown
    assert "£18,500 counted" in shown


def test_panels_are_for_those_who_may_see_them(sponsor, client_for, people, yhiot):
    record = reverse("employers:record", args=[sponsor.pk])
    shown = client_for(people.events_coordinator, yhiot).get(record).content.decode()
    assert "Given in kind" not in shown
    assert "Sponsorship</h2>" not in shown


@pytest.mark.browser
def test_my_day_and_record_are_accessible_with_the_panels(open_page, sponsor, yhiot, people, manager):
    in_every_look(open_page, reverse("home"), "home-director", people.director, yhiot)
    in_every_look(open_page, reverse("home"), "home-finance", people.finance_officer, yhiot)
    in_every_look(
        open_page, reverse("employers:record", args=[sponsor.pk]), "employer-with-sponsorship", manager, yhiot
    )
