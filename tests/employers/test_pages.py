"""Each page of employers: what a post does, who may, and what a stranger's id answers."""

import datetime as dt
import uuid

import pytest

from crm.base.clock import is_working_day, today
from crm.base.context import institute_context
from crm.identity.roles import Role
from employers.actions import add_follow_up
from employers.models import Contact, ContactRole, Employer, Engagement, FollowUp
from employers.rollups import refresh_health
from tests.factories.employers import make_contact, make_employer, make_organisation

NOBODY = "00000000-0000-4000-8000-000000000000"
STAFF = [r for r in Role if r not in (Role.SPONSOR_CONTACT, Role.NETWORK_LEAD)]


def test_an_employer_is_added_from_the_page(manager, inside):
    response = manager.post(
        "/employers/add/",
        {"name": "Festo Didactic", "website": "festo.example", "stage": "prospect", "sector": "Robots"},
    )
    employer = Employer.objects.get()
    assert response.url.endswith(f"/employers/{employer.pk}/")
    assert (employer.name, employer.website) == ("Festo Didactic", "https://festo.example")


def test_a_like_employer_is_shown_before_it_is_added_twice(manager, quickline):
    form = {"name": "Quickline Comms Ltd", "stage": "prospect"}
    warned = manager.post("/employers/add/", form)
    assert warned.status_code == 422
    assert "Use this one" in warned.content.decode()
    assert Employer.objects.count() == 1
    assert manager.post("/employers/add/", {**form, "seen": str(uuid.uuid4())}).status_code == 422
    assert manager.post("/employers/add/", {**form, "seen": str(quickline.pk)}).status_code == 302
    assert Employer.objects.count() == 2


def test_the_same_company_number_leads_to_the_employer_that_has_it(manager, quickline):
    quickline.organisation = make_organisation(company_number="04123456")
    quickline.save()
    form = {"name": "Other", "stage": "prospect", "company_number": "4123456", "seen": str(quickline.pk)}
    refused = manager.post("/employers/add/", form)
    assert refused.status_code == 422
    assert f"/employers/{quickline.pk}/" in refused.content.decode()
    assert Employer.objects.count() == 1


@pytest.mark.parametrize(
    "typed", ["name=Quickline+Comms", "name=zz&website=www.quickline.example", "name=Quick%00line"]
)
def test_likely_duplicates_are_shown_while_typing(manager, quickline, typed):
    quickline.domain = "quickline.example"
    quickline.save()
    html = manager.get(f"/employers/add/candidates/?{typed}").content.decode()
    assert ("Use this one" in html) is ("%00" not in typed)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Fill in “Name”"),
        ("name", "x" * 201, "Shorten this to 200 characters"),
        ("name", "a\u202eb", "invisible control characters"),
        ("website", "nope", "Enter a web address"),
        ("company_number", "1", "Enter the legal name"),
        ("company_number", "123456789", "Enter the company number as"),
        ("stage", "famous", "valid choice"),
        ("owner", NOBODY, "valid choice"),
        ("tier", "nonsense", "not a valid"),
    ],
)
def test_what_cannot_be_stored_is_refused_at_its_field(manager, inside, field, value, said):
    response = manager.post("/employers/add/", {"name": "Festo", "stage": "prospect", field: value})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Employer.objects.exists()


def test_an_employer_is_edited_linked_and_moved_to_a_stage(manager, quickline):
    page = f"/employers/{quickline.pk}/"
    manager.post(f"{page}edit/", {"name": "Quickline", "postcode": "hu32hj", "notes": "Fast"})
    manager.post(f"{page}link/", {"company_number": "4123456", "legal_name": "QUICKLINE COMMUNICATIONS LIMITED"})
    manager.post(f"{page}stage/", {"stage": "dormant"})
    quickline.refresh_from_db()
    assert (quickline.name, quickline.postcode, quickline.stage) == ("Quickline", "HU3 2HJ", "dormant")
    assert quickline.organisation.company_number == "04123456"
    record = manager.get(page).content.decode()
    for said in ("QUICKLINE COMMUNICATIONS LIMITED", "Stage: active to dormant", "HU3 2HJ"):
        assert said in record


def test_a_stage_that_is_none_is_refused_with_a_message(manager, quickline):
    response = manager.post(f"/employers/{quickline.pk}/stage/", {"stage": "famous"}, follow=True)
    assert "Choose one of the stages." in response.content.decode()
    quickline.refresh_from_db()
    assert quickline.stage == "active"


def test_a_call_is_logged_with_three_fields_and_its_next_step(manager, quickline, inside):
    form = {"employer": quickline.pk, "kind": "call", "summary": "Spoke to Jo", "next_step": "call again in two weeks"}
    response = manager.post("/employers/log/", form, follow=True)
    assert "Next step due" in response.content.decode()
    assert Engagement.objects.get().summary == "Spoke to Jo"
    follow_up = FollowUp.objects.get()
    assert (follow_up.title, follow_up.owner) == ("Call again", inside)
    assert is_working_day(follow_up.due_on)
    assert "Spoke to Jo" in manager.get(f"/employers/{quickline.pk}/").content.decode()


def test_a_call_is_logged_by_the_employers_name_when_it_is_the_only_one(manager, quickline):
    manager.post("/employers/log/", {"who": "quickline", "kind": "visit", "summary": "Saw the fibre"})
    assert Engagement.objects.get().employer == quickline


def test_the_employer_is_asked_for_when_the_name_means_several(manager, quickline):
    make_employer("Quickline Broadband")
    response = manager.post("/employers/log/", {"who": "quickline", "kind": "call", "summary": "x"})
    assert response.status_code == 422
    assert response.content.decode().count('name="employer"') == 2
    assert not Engagement.objects.exists()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"summary": ""}, "Fill in “What happened”"),
        ({"summary": "\x00"}, "invisible"),
        ({"kind": "dream"}, "valid choice"),
        ({"minutes": "-1"}, "greater than or equal to 1"),
        ({"happened_on": "2199-01-01"}, "Log what has happened"),
        ({"happened_on": "1990-01-01"}, "since 2000"),
        ({"happened_on": "yesterday"}, "valid date"),
        ({"next_step": "call 2020-01-01"}, "from today on"),
        ({"next_step": "call 32 December 2026"}, "Write it as 31 December 2026."),
        ({"next_step": "meet 31 June", "next_step_on": "2199-01-01"}, "June has 30 days."),
        ({"next_step": "call", "next_step_on": "2020-01-01"}, "from today on"),
        ({"next_step_on": "2199-01-01"}, "Write what is to be done"),
        ({"next_step": "call", "next_step_on": "2199-01-01"}, "within five years"),
        ({"contacts": NOBODY}, "valid choice"),
    ],
)
def test_a_log_that_cannot_be_is_refused_and_nothing_is_written(manager, quickline, facts, said):
    form = {"employer": quickline.pk, "kind": "call", "summary": "x", **facts}
    response = manager.post("/employers/log/", form)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Engagement.objects.exists()
    assert not FollowUp.objects.exists()


def test_the_next_step_is_shown_as_it_is_read(time_machine, client_for, yhiot, people):
    time_machine.move_to("2026-11-19 12:00")
    manager = client_for(people.partnership_manager, yhiot)
    said = manager.get("/employers/log/next-step/?next_step=call+again+in+two+weeks").content.decode()
    assert "Call again" in said
    assert "Thursday 3 December 2026" in said
    assert "the next working day" in manager.get("/employers/log/next-step/?next_step=Saturday").content.decode()
    assert "past" in manager.get("/employers/log/next-step/?next_step=2020-01-01").content.decode()
    assert "June has 30 days" in manager.get("/employers/log/next-step/?next_step=31+June").content.decode()


def test_the_employer_is_found_while_typing(manager, quickline):
    assert str(quickline.pk) in manager.get("/employers/log/choices/?who=quick").content.decode()
    assert "Add “festo”" in manager.get("/employers/log/choices/?who=festo").content.decode()


def test_a_contact_is_added_changed_and_leaves(manager, quickline):
    form = {"name": "Jo Marsh", "email": "jo@quickline.example", "roles": ["main", "finance"]}
    manager.post(f"/employers/{quickline.pk}/contacts/add/", form)
    jo = Contact.objects.get()
    manager.post(f"/employers/contacts/{jo.pk}/", {"name": "Jo Marsh", "phone": "01482 000000", "roles": ["finance"]})
    jo.refresh_from_db()
    assert (jo.phone, jo.email) == ("01482 000000", "")
    assert list(ContactRole.objects.filter(ends_on__isnull=True).values_list("role", flat=True)) == ["finance"]
    manager.post(f"/employers/contacts/{jo.pk}/left/", {"left_on": today().isoformat()})
    jo.refresh_from_db()
    assert jo.left_on == today()
    assert "Jo Marsh" not in manager.get(f"/employers/{quickline.pk}/").content.decode()


def test_a_contact_with_a_taken_address_is_refused_whole(manager, quickline):
    make_contact(quickline, "Ade", email="ade@quickline.example")
    form = {"name": "Jo", "email": "ADE@quickline.example", "roles": ["main"]}
    response = manager.post(f"/employers/{quickline.pk}/contacts/add/", form)
    assert response.status_code == 422
    assert "has this address already" in response.content.decode()
    assert Contact.objects.count() == 1


@pytest.fixture
def follow_up(inside, quickline):
    return add_follow_up(title="Send the draft", due_on=today(), owner=inside, employer=quickline, by=inside)


def test_a_next_step_is_added_moved_given_away_done_and_dropped(manager, quickline, inside, people):
    colleague = people.events_coordinator
    manager.post(
        f"/employers/{quickline.pk}/next-step/", {"title": "Call", "due_on": today().isoformat(), "owner": inside.pk}
    )
    step = FollowUp.objects.get()
    page = f"/employers/next-steps/{step.pk}/"
    later = today() + dt.timedelta(days=30)
    manager.post(page, {"due_on": later.isoformat(), "owner": colleague.pk})
    step.refresh_from_db()
    assert step.owner == colleague
    assert step.due_on >= later
    manager.post(f"{page}snooze/")
    manager.post(f"{page}done/")
    step.refresh_from_db()
    assert step.done_by == inside
    assert "closed already" in manager.post(f"{page}done/", follow=True).content.decode()
    other = add_follow_up(title="x", due_on=today(), owner=inside, employer=quickline, by=inside)
    manager.post(f"/employers/next-steps/{other.pk}/drop/", {"reason": "They moved"})
    other.refresh_from_db()
    assert other.dropped_reason == "They moved"


def test_my_day_shows_what_is_due_to_me_and_who_has_gone_quiet(manager, inside, follow_up, people, quickline):
    quickline.last_contact_on = today() - dt.timedelta(days=80)
    quickline.save()
    refresh_health([quickline.pk])
    add_follow_up(title="Not mine", due_on=today(), owner=people.events_coordinator, employer=quickline, by=inside)
    tomorrow = today() + dt.timedelta(days=1)
    add_follow_up(title="Soon", due_on=tomorrow, owner=inside, employer=quickline, by=inside)
    follow_up.due_on = today() - dt.timedelta(days=1)
    follow_up.save()
    html = manager.get("/").content.decode()
    for said in (
        "Who do I owe a call",
        "1 of 1 overdue",
        "Send the draft: Quickline",
        "This week",
        "Soon",
        "Yours going quiet",
    ):
        assert said in html
    assert "Not mine" not in html


OF_EMPLOYER = ["", "edit/", "link/", "stage/", "contacts/add/", "next-step/"]
OF_CONTACT = ["", "left/"]
OF_FOLLOW_UP = ["", "done/", "snooze/", "drop/"]


def test_another_institutes_ids_and_unknown_ones_answer_the_same_404(manager, quickline, liot, people):
    with institute_context(liot.id):
        employer = make_employer("Secret Partner")
        contact = make_contact(employer)
        owner = people.at(liot).partnership_manager
        follow_up = add_follow_up(title="x", due_on=today(), owner=owner, employer=employer, by=owner)
    paths = [(f"/employers/{{}}/{end}", employer.pk) for end in OF_EMPLOYER]
    paths += [(f"/employers/contacts/{{}}/{end}", contact.pk) for end in OF_CONTACT]
    paths += [(f"/employers/next-steps/{{}}/{end}", follow_up.pk) for end in OF_FOLLOW_UP]
    paths += [("/employers/log/?employer={}", employer.pk)]
    for path, theirs in paths:
        for method in (manager.get, manager.post):
            foreign, unknown = method(path.format(theirs)), method(path.format(uuid.uuid4()))
            if method == manager.get and path.endswith(("stage/", "done/", "snooze/")):
                assert foreign.status_code == unknown.status_code
                continue
            assert (foreign.status_code, unknown.status_code) == (404, 404), path
            assert "Secret" not in foreign.content.decode()
    assert manager.post("/employers/log/", {"employer": employer.pk, "kind": "call", "summary": "x"}).status_code == 404
    assert manager.get("/employers/log/?employer=nonsense").status_code == 404


MAY_EDIT = {Role.PARTNERSHIP_MANAGER}
MAY_LOG = {Role.PARTNERSHIP_MANAGER, Role.EVENTS_COORDINATOR}


@pytest.mark.parametrize("role", STAFF)
def test_each_role_writes_what_it_may_and_nothing_else(client_for, people, yhiot, quickline, role):
    client = client_for(getattr(people, role), yhiot)
    added = client.post("/employers/add/", {"name": "Festo", "stage": "prospect"})
    assert added.status_code == (302 if role in MAY_EDIT else 403)
    assert Employer.objects.filter(name="Festo").exists() is (role in MAY_EDIT)
    logged = client.post("/employers/log/", {"employer": quickline.pk, "kind": "call", "summary": "x"})
    assert logged.status_code == (302 if role in MAY_LOG else 403)
    assert Engagement.objects.exists() is (role in MAY_LOG)
    record = client.get(f"/employers/{quickline.pk}/")
    assert record.status_code == 200
    assert ("/edit/" in record.content.decode()) is (role in MAY_EDIT)
    assert ("Log it" in record.content.decode()) is (role in MAY_LOG)


def test_a_network_lead_and_a_sponsors_contact_see_no_employer(client_for, people, yhiot, quickline):
    for role, status in ((Role.NETWORK_LEAD, 403), (Role.SPONSOR_CONTACT, 404)):
        assert client_for(getattr(people, role), yhiot).get(f"/employers/{quickline.pk}/").status_code == status
