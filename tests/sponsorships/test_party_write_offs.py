"""What one institute of a joint agreement writes off, the lead hears of: which payment and how much, no more."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import institute_context
from crm.outbox.models import Entry, TimelineItem
from sponsorships.actions.waivers import waive_instalment
from sponsorships.domain_events import InstalmentWaived, PartyWroteOff
from sponsorships.models import AgreementShare, Instalment, PartyWriteOff
from tests.factories.agreements import gift, make_signed
from tests.sponsorships.reading import text
from workers.handlers.write_offs import tell_the_lead

WHY = "Their chief executive rang the director in confidence"


@pytest.fixture
def agreement(inside, people, yhiot, liot):
    """£1,000 in two payments, half for each institute; Yorkshire & Humber leads."""
    due = (dt.date(2025, 9, 1), dt.date(2026, 9, 1))
    return make_signed(inside, people.director, [yhiot, liot], components=(gift("bursary", 1000_00),), due_dates=due)


def write_off(institute, by) -> None:
    """The second payment of the institute's own share, and what the workers do about it."""
    with institute_context(institute.id):
        instalment = Instalment.objects.get(number=2)
        waive_instalment(instalment=instalment, pence=instalment.outstanding_pence, reason=WHY, by=by)
        entry = Entry.objects.get(type=InstalmentWaived.type_name())
        for _ in range(2):  # a crash repeats a handler
            tell_the_lead(InstalmentWaived(**_facts(instalment, by)), entry)


def _facts(instalment, by) -> dict:
    share = instalment.component.share
    whose = {"agreement_id": share.agreement_id, "employer_id": share.employer_id, "title": share.title}
    return whose | {"instalment_id": instalment.id, "due_on": instalment.due_on, "pence": 250_00}


def test_the_lead_sees_it_on_the_agreement_and_its_timeline(agreement, liot, yhiot, people, client_for):
    write_off(liot, people.at(liot).director)
    noted = PartyWriteOff.objects.get()
    assert (noted.party.party, noted.pence, noted.due_on) == (liot, 250_00, dt.date(2026, 9, 1))
    assert noted.written_off_on == today()
    page = text(client_for(people.director, yhiot).get(reverse("sponsorships:agreement", args=[agreement.pk])))
    assert f"wrote off £250 of bursaries, due 1 Sep 2026, on {today():%-d %b %Y}" in page
    said = f"Written off by {liot.short_name}: its £250 due 1 September 2026, Quickline sponsorship"
    assert said in page
    assert set(TimelineItem.objects.filter(text=said).values_list("subject_type", flat=True)) == {
        "sponsorships.agreement",
        "employers.employer",
    }
    assert Entry.objects.filter(type=PartyWroteOff.type_name()).count() == 1


def test_the_lead_learns_neither_why_nor_who(agreement, liot, yhiot, people, client_for, api_for):
    decider = people.at(liot).director
    write_off(liot, decider)
    page = client_for(people.director, yhiot).get(reverse("sponsorships:agreement", args=[agreement.pk]))
    answer = api_for(people.director, yhiot).get(f"agreements/{agreement.pk}/")
    event = Entry.objects.get(type=PartyWroteOff.type_name())
    for told in (page.content.decode(), answer.content.decode(), str(event.payload)):
        assert WHY not in told and decider.name not in told
    assert event.actor_id is None
    told = [party["write_offs"] for party in answer.json()["parties"]]
    assert told == [
        [],
        [
            {
                "purpose": "bursary",
                "number": 2,
                "due_on": "2026-09-01",
                "pence": 250_00,
                "written_off_on": today().isoformat(),
            }
        ],
    ]


def test_what_the_lead_writes_off_itself_is_told_to_nobody(agreement, yhiot, liot, people):
    write_off(yhiot, people.director)
    assert not PartyWriteOff.objects.exists()
    with institute_context(liot.id):
        assert not PartyWriteOff.objects.exists()
        assert AgreementShare.objects.count() == 1


def test_my_day_of_who_runs_the_agreement_says_it_for_a_month(agreement, liot, yhiot, people, client_for):
    write_off(liot, people.at(liot).director)
    manager = client_for(people.partnership_manager, yhiot)
    assert f"{liot.short_name} wrote off £250" in text(manager.get("/"))
    assert "wrote off £250" not in text(client_for(people.at(liot).partnership_manager, liot).get("/"))
