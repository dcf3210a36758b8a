"""Employers and what is said with them: what each action writes, and what it refuses."""

import datetime as dt

import pytest

from crm.base.clock import is_working_day, now, today
from crm.base.errors import Conflict, DomainError
from crm.core.search import find
from crm.outbox.models import Entry, TimelineItem
from employers.actions import (
    DuplicateEmployer,
    add_contact,
    add_employer,
    change_employer,
    change_stage,
    define_tier,
    link_organisation,
    log_engagement,
)
from employers.models import Employer, Engagement, FollowUp, Organisation, Tier
from employers.validators import NextStep, parse_next_step
from tests.factories.employers import make_contact, make_employer, make_organisation


def facts_recorded() -> list[str]:
    return list(Entry.objects.order_by("sequence").values_list("type", flat=True))


def test_an_employer_is_added_found_and_recorded(inside):
    employer = add_employer(name=" Quickline  Communications ", website="www.quickline.example", town="Hull", by=inside)
    assert (employer.name, employer.domain) == ("Quickline Communications", "quickline.example")
    assert [hit.object_id for hit in find("quickline hull", kinds=["employer"])] == [employer.id]
    assert facts_recorded() == ["employers.employer_added"]
    assert TimelineItem.objects.get().subject_id == employer.id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Q\u202euickline"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"website": "not a site"}, "website"),
        ({"postcode": "nowhere"}, "postcode"),
        ({"company_number": "1234567890"}, "company_number"),
        ({"company_number": "04123456"}, "legal_name"),
        ({"stage": "famous"}, "stage"),
        ({"since_on": dt.date(2999, 1, 1)}, "since_on"),
    ],
)  # fmt: skip
def test_an_employer_is_refused_at_the_field_and_nothing_is_written(inside, facts, field):
    with pytest.raises(DomainError) as refused:
        add_employer(**{"name": "Quickline", **facts}, by=inside)
    assert refused.value.field == field
    assert not Employer.objects.exists()
    assert not Organisation.objects.exists()
    assert facts_recorded() == []


def test_an_employer_of_a_like_name_is_refused_until_it_is_confirmed(inside):
    known = make_employer("Quickline Communications Ltd")
    with pytest.raises(DuplicateEmployer) as refused:
        add_employer(name="Quickline Comms", by=inside)
    assert [c.employer for c in refused.value.candidates] == [known]
    assert Employer.objects.count() == 1
    add_employer(name="Quickline Comms", confirmed=True, by=inside)
    assert Employer.objects.count() == 2


def test_the_same_company_number_is_refused_even_when_confirmed(inside):
    known = make_employer("Quickline", organisation=make_organisation(company_number="04123456"))
    with pytest.raises(DuplicateEmployer, match="Quickline already has") as refused:
        add_employer(name="Something Else", company_number=" 4123456", confirmed=True, by=inside)
    assert [c.employer for c in refused.value.candidates] == [known]
    assert refused.value.field == "company_number"
    assert Employer.objects.count() == 1


def test_an_owner_from_outside_is_refused(inside, people, liot):
    with pytest.raises(DomainError, match="colleague"):
        add_employer(name="Quickline", owner=people.at(liot).partnership_manager, by=inside)
    with pytest.raises(DomainError, match="colleague"):
        add_employer(name="Quickline", owner=people.auditor, by=inside)
    assert not Employer.objects.exists()


def test_a_change_names_its_fields_and_a_repeat_records_nothing(inside):
    employer = make_employer("Siemens")
    change_employer(employer=employer, name="Siemens Energy", notes="Likes robots", by=inside)
    change_employer(employer=employer, name="Siemens Energy", by=inside)
    assert facts_recorded() == ["employers.employer_changed"]
    assert TimelineItem.objects.get().text == "Changed name, notes"
    assert find("siemens energy", kinds=["employer"])[0].title == "Siemens Energy"


def test_a_stage_changes_once(inside):
    employer = change_stage(employer=make_employer(), stage="active", by=inside)
    with pytest.raises(Conflict):
        change_stage(employer=employer, stage="active", by=inside)
    assert facts_recorded() == ["employers.stage_changed"]


def test_linking_finds_the_entity_in_the_register_and_leaves_its_facts(inside):
    entity = make_organisation("QUICKLINE COMMUNICATIONS LIMITED", "04123456")
    employer = link_organisation(
        employer=make_employer("Quickline"), company_number="4123456", legal_name="Our Name for Them", by=inside
    )
    entity.refresh_from_db()
    assert employer.organisation == entity
    assert (entity.legal_name, entity.edited_by) == ("QUICKLINE COMMUNICATIONS LIMITED", None)


def test_linking_adds_to_the_register_what_is_public_with_author_and_source(inside):
    employer = make_employer("The difficult ones", notes="never on Mondays", town="Hull")
    link_organisation(employer=employer, company_number="sc12345", legal_name="QUICKLINE LTD", by=inside)
    entity = Organisation.objects.get()
    assert (entity.company_number, entity.legal_name, entity.edited_by) == ("SC012345", "QUICKLINE LTD", inside)
    assert entity.source
    assert entity.town == ""


def test_linking_is_refused_when_another_employer_has_the_entity(inside):
    entity = make_organisation(company_number="04123456")
    make_employer("Quickline", organisation=entity)
    with pytest.raises(Conflict, match="Quickline is already linked"):
        link_organisation(employer=make_employer("Slowline"), company_number="04123456", by=inside)
    assert Employer.objects.filter(organisation=entity).count() == 1


def test_a_tier_said_twice_is_changed(inside):
    define_tier(label="Gold", scale="core", by=inside)
    define_tier(label="gold", scale="anchor", by=inside)
    assert Tier.objects.get().scale == "anchor"
    with pytest.raises(DomainError):
        define_tier(label="Silver", scale="shiny", by=inside)


def test_a_call_is_logged_with_its_people_and_moves_the_last_contact(inside):
    employer = make_employer()
    jo = make_contact(employer)
    engagement = log_engagement(
        employer=employer, kind="call", summary="Spoke about placements", contacts=[jo], by=inside
    )
    employer.refresh_from_db()
    assert employer.last_contact_on == today()
    assert list(engagement.contacts.all()) == [jo]
    assert facts_recorded() == ["employers.engagement_logged"]
    assert "placements" not in str(Entry.objects.get().payload)


@pytest.mark.parametrize("kind", ["note", "call"])
def test_the_last_contact_is_not_moved_by_a_note_nor_backwards(inside, kind):
    employer = make_employer(last_contact_on=today() - dt.timedelta(days=1))
    moment = now() if kind == "note" else now() - dt.timedelta(days=30)
    log_engagement(employer=employer, kind=kind, summary="x", happened_at=moment, by=inside)
    employer.refresh_from_db()
    assert employer.last_contact_on == today() - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"summary": "  "}, "summary"),
        ({"summary": "x" * 4001}, "summary"),
        ({"kind": "dream"}, "kind"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"happened_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)}, "happened_at"),
        ({"happened_at": dt.datetime(1950, 1, 1, tzinfo=dt.UTC)}, "happened_at"),
        ({"next_step": NextStep("Call", dt.date(2020, 1, 6), None)}, "due_on"),
        ({"next_step": NextStep("\x00", dt.date(2999, 1, 1), None)}, "title"),
    ],
)
def test_an_engagement_is_refused_at_the_field_and_nothing_is_written(inside, facts, field):
    employer = make_employer()
    with pytest.raises(DomainError) as refused:
        log_engagement(**{"employer": employer, "kind": "call", "summary": "Hello", **facts}, by=inside)
    employer.refresh_from_db()
    assert refused.value.field == field
    assert employer.last_contact_on is None
    assert not Engagement.objects.exists()
    assert not FollowUp.objects.exists()
    assert facts_recorded() == []


def test_people_of_another_employer_cannot_have_taken_part(inside):
    with pytest.raises(DomainError) as refused:
        log_engagement(employer=make_employer(), kind="call", summary="x", contacts=[make_contact()], by=inside)
    assert refused.value.field == "contacts"
    assert not Engagement.objects.exists()


def test_the_next_step_of_a_call_finds_its_owner_on_a_working_day(inside, people):
    employer = make_employer()
    step = parse_next_step("call again on Saturday", today=today())
    colleague = people.events_coordinator
    log_engagement(employer=employer, kind="call", summary="x", next_step=step, next_step_owner=colleague, by=inside)
    follow_up = FollowUp.objects.get()
    assert (follow_up.title, follow_up.owner, follow_up.employer) == ("Call again", colleague, employer)
    assert is_working_day(follow_up.due_on)
    assert follow_up.subject == ("employers.employer", employer.id)


def test_people_are_found_at_the_new_name_of_their_employer(inside):
    quickline = make_employer("Quickline")
    add_contact(employer=quickline, name="Jo Marsh", by=inside)
    change_employer(employer=quickline, name="Fibrenest", by=inside)
    assert [hit.subtitle for hit in find("jo marsh", kinds=["contact"])] == ["Fibrenest"]
