"""A person's page, their move, what they said and what they may ask for: on pages and by API."""

import datetime as dt
import json

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.identity.models import Provider
from crm.mail.actions import note_preference
from crm.mail.models import MessagePreference
from employers.actions import log_engagement
from employers.models import Contact, RightsEntry
from tests.factories.employers import make_contact, make_employer, make_organisation
from tests.queries import own_queries


@pytest.fixture
def jo(inside):
    quickline = make_employer("Quickline", organisation=make_organisation(company_number="04123456"))
    jo = make_contact(
        quickline, "Jo Marshfield", ("finance",), email="jo@quickline.example", email_domain="quickline.example"
    )
    log_engagement(employer=quickline, kind="call", summary="Jo Marshfield rang", contacts=[jo], by=inside)
    return jo


@pytest.fixture
def administrator(client_for, people, yhiot):
    return client_for(people.institute_administrator, yhiot)


def test_the_person_page_says_whether_they_may_be_written_to_and_why(manager, jo):
    page = manager.get(f"/employers/contacts/{jo.pk}/person/").content.decode()
    assert "Corporate subscriber" in page
    assert "Company number 04123456 (PECR 2003 regulation 2(1)(a))" in page
    assert "Show all that is held" not in page


def test_a_move_by_page_leads_to_the_new_row_and_shows_both_places(manager, jo):
    make_employer("Festo Didactic")
    path = f"/employers/contacts/{jo.pk}/moved/"
    assert manager.post(path, {"who": "Nobody here", "joined_on": today()}).status_code == 422
    response = manager.post(
        path, {"who": "festo didactic", "joined_on": today(), "email": "jo@festo.example"}, follow=True
    )
    page = response.content.decode()
    assert Contact.objects.get(email="jo@festo.example").person_id == jo.pk
    assert "Festo Didactic" in page
    assert ">Quickline</a>" in page
    assert "Finance contact" in page


def test_what_they_said_is_noted_and_shown(manager, jo):
    said = {"purpose": "marketing", "channel": "email", "basis": "objection", "source": "by phone", "said_on": today()}
    path = f"/employers/contacts/{jo.pk}/writing/"
    assert manager.post(path, {**said, "source": ""}).status_code == 422
    page = manager.post(path, said, follow=True).content.decode()
    assert MessagePreference.objects.get().allowed is False
    assert "They said no on" in page


def test_the_export_is_a_file_and_is_kept(administrator, jo):
    path = f"/employers/contacts/{jo.pk}/export/"
    administrator.get(path)  # the first page of a session notes the visit
    with own_queries() as asked:  # each kind of rows, and all texts where a word of the name stands alone at once
        assert "Jo Marshfield rang" in administrator.get(path).content.decode()
    assert len(asked) == 32
    assert not RightsEntry.objects.exists()
    told = json.loads(administrator.post(path, {"reason": "asked", "form": "json"}).content)
    assert told["held"][0]["rows"][0]["E-mail"] == "jo@quickline.example"
    assert administrator.post(path, {"reason": "asked", "form": "pdf"}).content.startswith(b"%PDF")
    assert RightsEntry.objects.filter(kind="export").count() == 2


def test_erasure_takes_two_steps_and_the_name(administrator, jo):
    path = f"/employers/contacts/{jo.pk}/erase/"
    seen = administrator.get(path).context["held"].digest
    assert administrator.post(path, {"reason": "asked", "name": "Jo", "seen": seen}).status_code == 422
    assert administrator.post(path, {"reason": "asked", "name": "jo marshfield", "seen": "x"}).status_code == 422
    jo.refresh_from_db()
    assert jo.erased_at is None
    page = administrator.post(path, {"reason": "asked", "name": "jo marshfield", "seen": seen}, follow=True)
    assert "Erased person" in page.content.decode()
    assert "Marshfield" not in page.content.decode()


def test_the_api_follows_the_same_rules(api_for, people, yhiot, jo):
    manager, administrator = (api_for(p, yhiot) for p in (people.partnership_manager, people.institute_administrator))
    festo = make_employer("Festo")
    moved = manager.post(f"contacts/{jo.pk}/move/", {"employer": str(festo.pk), "email": "jo@festo.example"})
    assert (moved.status_code, moved.json()["person_id"]) == (201, str(jo.pk))
    path = f"contacts/{moved.json()['id']}"
    assert manager.get(f"{path}/writing/").json()["subscriber"] == "individual"
    said = {"purpose": "service", "channel": "email", "basis": "objection", "source": "by phone"}
    standings = manager.post(f"{path}/note-preference/", said).json()["standings"]
    assert [s["allowed"] for s in standings if (s["purpose"], s["channel"]) == ("service", "email")] == [False]
    assert manager.post(f"{path}/export/", {}).status_code == 403
    told = administrator.post(f"{path}/export/", {}).json()
    assert len(told["sections"][0]["rows"]) == 2
    seen = administrator.get(f"{path}/erasure-preview/").json()["seen"]
    assert administrator.post(f"{path}/erase/", {"reason": "asked", "seen": "0" * 64}).status_code == 409
    erased = administrator.post(f"{path}/erase/", {"reason": "asked", "seen": seen})
    assert (erased.status_code, erased.json()["kind"]) == (200, "erasure")
    assert manager.get(f"{path}/").json()["name"] == "Erased person"


def test_another_institutes_person_is_not_found(manager, jo, liot):
    with institute_context(liot.id):
        theirs = make_contact(make_employer())
    for end in ("person", "moved", "writing"):
        assert manager.get(f"/employers/contacts/{theirs.pk}/{end}/").status_code == 404


def test_the_day_on_which_they_said_no_is_the_day_in_london(manager, jo, inside):
    moment = dt.datetime(2025, 7, 1, 23, 30, tzinfo=dt.UTC)
    said = {"purpose": "marketing", "channel": "email", "basis": "objection", "source": "by phone", "said_at": moment}
    note_preference(person_type="employers.contact", person_id=jo.pk, **said, by=inside)
    assert "They said no on 2 Jul 2025" in manager.get(f"/employers/contacts/{jo.pk}/person/").content.decode()


def test_a_person_at_a_school_is_changed_and_marked_as_left_where_their_page_leads(manager, inside):
    school = Provider.objects.create(name="Hill School", kind="school", urn="100001")
    ann = make_contact(provider=school, name="Ann Lee")
    person, edit = f"/employers/contacts/{ann.pk}/person/", f"/employers/contacts/{ann.pk}/"
    page = manager.get(person).content.decode()
    assert f'{edit}"' in page and f'{edit}left/"' in page
    assert {manager.get(path).status_code for path in (edit, f"{edit}left/")} == {200}
    facts = {"name": "Ann Leigh", "email": "ann@hill.example", "roles": ["teacher"]}
    assert manager.post(edit, facts)["Location"].endswith(person)
    assert manager.post(f"{edit}left/", {"left_on": today()})["Location"].endswith(person)
    ann.refresh_from_db()
    assert (ann.name, ann.email, ann.left_on) == ("Ann Leigh", "ann@hill.example", today())
