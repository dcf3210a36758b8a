"""Employers by API: the pages' own lists and actions."""

import pytest

from crm.base.context import institute_context
from crm.identity.roles import Permission
from employers.models import Contact, Employer
from tests.factories.employers import make_contact, make_employer, make_organisation, make_tier
from tests.queries import own_queries


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


@pytest.fixture
def quickline(inside):
    return make_employer("Quickline Communications", sector="Digital infrastructure", stage="active", owner=inside)


def test_the_list_shows_what_the_page_shows(api, quickline, inside):
    make_employer("Siemens Energy", stage="prospect")
    found = api.get("employers/").json()
    assert [row["name"] for row in found["items"]] == ["Quickline Communications", "Siemens Energy"]
    assert found["next_cursor"] is None
    first = found["items"][0]
    assert (first["stage"], first["owner"]["name"], first["is_quiet"]) == ("active", inside.name, False)


def test_the_list_takes_the_filters_of_the_page(api, quickline, inside):
    tier = make_tier()
    make_employer("Siemens Energy", stage="prospect", tier=tier)
    for query, names in {
        "stage=active": ["Quickline Communications"],
        "view=mine": ["Quickline Communications"],
        f"tier={tier.pk}": ["Siemens Energy"],
        "q=quick": ["Quickline Communications"],
        "sort=-name": ["Siemens Energy", "Quickline Communications"],
    }.items():
        assert [row["name"] for row in api.get(f"employers/?{query}").json()["items"]] == names, query


def test_the_list_asks_the_same_queries_for_one_row_and_for_three(api, quickline):
    def count():
        with own_queries() as queries:
            assert api.get("employers/").status_code == 200
        return len(queries)

    with_one = count()
    make_employer("Second"), make_employer("Third")
    assert (with_one, count()) == (5, 5)  # who asks and the allowance, the token, roles, employers, what is beside them


def test_an_employer_is_added_as_on_the_page(api, inside):
    made = api.post("employers/", {"name": " Arco  Ltd ", "website": "arco.example", "postcode": "hu12pa"})
    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["name"], body["website"], body["postcode"]) == ("Arco Ltd", "https://arco.example", "HU1 2PA")
    assert made["Location"] == f"/api/v1/employers/{body['id']}/"
    assert api.get(made["Location"]).json() == body


def test_adding_asks_a_fixed_number_of_queries(api, inside):
    def count(facts, key=None):
        with own_queries() as queries:
            assert api.post("employers/", facts, key=key).status_code == 201
        return len(queries)

    # who asks and the allowance, the token, roles, like names; the row, its names and its search entry, the fact and
    # its line on the timeline; the answer
    assert count({"name": "Arco Ltd"}) == 8
    assert count({"name": "Zebra Crossings of Hull"}, key="a-1") == 10  # the key is taken, and given its answer
    assert count({"name": "Arco plc", "confirmed": True}) == 7  # somebody has compared the names
    places = {"website": "https://quickline.example", "postcode": "HU1 2PA", "sector": "Networks"}
    number = {"company_number": "01234567", "legal_name": "QUICKLINE LIMITED"}
    # The district of the postcode, equal facts of others, the company's entry: looked for and made.
    assert count({"name": "Quickline", **places, **number}, key="a-2") == 14
    quickline = Employer.objects.select_related("organisation").get(name="Quickline")
    assert quickline.organisation.legal_name == "QUICKLINE LIMITED"


def test_a_duplicate_is_refused_with_its_candidates_until_confirmed(api, quickline):
    refused = api.post("employers/", {"name": "Quickline Communications Ltd"})
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["type"] == "urn:anchorpoint:problem:duplicate"
    assert [(c["id"], c["reasons"]) for c in problem["candidates"]] == [(str(quickline.pk), ["same name"])]
    assert Employer.objects.count() == 1
    assert api.post("employers/", {"name": "Quickline Communications Ltd", "confirmed": True}).status_code == 201
    asked = api.get("employers/duplicates/?name=quickline").json()
    assert len(asked) == 2


def test_an_action_that_refuses_points_at_the_field(api, inside):
    refused = api.post("employers/", {"name": "Arco", "postcode": "nowhere"})
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["errors"] == [
        {"pointer": "/postcode", "code": "invalid", "detail": "Enter a whole UK postcode such as DN36 5TR."}
    ]
    assert Employer.objects.count() == 0


def test_facts_stage_and_company_are_changed(api, quickline):
    address = f"employers/{quickline.pk}/"
    changed = api.patch(address, {"town": "Hessle", "tier": str(make_tier().pk), "owner": None})
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["town"], changed.json()["tier"]["scale"], changed.json()["owner"]) == (
        "Hessle",
        "anchor",
        None,
    )
    assert api.post(address + "stage/", {"stage": "dormant"}).json()["stage"] == "dormant"
    assert api.post(address + "stage/", {"stage": "dormant"}).status_code == 409
    company = make_organisation(company_number="04123456")
    linked = api.post(address + "link/", {"company_number": "4123456"}).json()
    assert linked["organisation"]["id"] == str(company.pk)
    assert [line["title"] for line in api.get(address + "timeline/").json()] == ["Change", "Stage", "Change"]


def test_contacts_are_added_changed_given_roles_and_leave(api, quickline):
    made = api.post("contacts/", {"employer": str(quickline.pk), "name": "Jo Marsh", "email": "JO@quickline.example"})
    assert made.status_code == 201, made.json()
    address = f"contacts/{made.json()['id']}/"
    assert made.json()["email"] == "jo@quickline.example"
    assert api.patch(address, {"job_title": "Director"}).json()["job_title"] == "Director"
    given = api.post(address + "give-role/", {"role": "main"}).json()
    assert [role["role"] for role in given["roles"]] == ["main"]
    assert len(api.get("contacts/?role=main").json()["items"]) == 1
    assert api.post(address + "end-role/", {"role": "main"}).json()["roles"][0]["ends_on"]
    assert api.post(address + "left/", {"left_on": "2026-01-05"}).json()["left_on"] == "2026-01-05"
    assert api.get("contacts/?still_there=true").json()["items"] == []
    assert len(api.get("contacts/?still_there=false").json()["items"]) == 1


def test_a_contact_of_nobody_is_refused(api, inside):
    refused = api.post("contacts/", {"name": "Jo Marsh"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/employer")
    assert Contact.objects.count() == 0


def test_a_conversation_is_logged_with_its_next_step(api, quickline, inside):
    jo = make_contact(quickline)
    body = {"employer": str(quickline.pk), "kind": "call", "summary": "Placements", "minutes": 15}
    body |= {"contacts": [str(jo.pk)], "next_step": {"title": "Send the draft", "due_on": "2099-01-05"}}
    refused = api.post("engagements/", body)
    assert refused.json()["errors"][0]["detail"] == "Choose a due date within five years."
    body["next_step"]["due_on"] = "2027-01-05"
    made = api.post("engagements/", body)
    assert made.status_code == 201, made.json()
    assert [person["id"] for person in made.json()["contacts"]] == [str(jo.pk)]
    [step] = api.get("follow-ups/?state=open").json()["items"]
    assert (step["title"], step["owner"]["id"]) == ("Send the draft", str(inside.pk))
    assert api.get(f"employers/{quickline.pk}/").json()["next_follow_up"]["id"] == step["id"]
    assert len(api.get(f"engagements/?employer={quickline.pk}&kind=call").json()["items"]) == 1


def test_follow_ups_are_added_moved_handed_over_done_and_dropped(api, quickline, people):
    first = api.post("follow-ups/", {"employer": str(quickline.pk), "title": "Ring", "due_on": "2027-01-09"}).json()
    assert first["due_on"] == "2027-01-11"  # a Saturday moves to the Monday
    address = f"follow-ups/{first['id']}/"
    assert api.post(address + "snooze/", {"due_on": "2027-02-01"}).json()["due_on"] == "2027-02-01"
    other = people.events_coordinator
    assert api.post(address + "hand-over/", {"owner": str(other.pk)}).json()["owner"]["id"] == str(other.pk)
    refused = api.post(address + "hand-over/", {"owner": str(people.finance_officer.pk)})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/owner")
    assert api.post(address + "done/").json()["done_at"]
    assert api.post(address + "drop/", {"reason": "Too late"}).status_code == 409
    assert len(api.get("follow-ups/?state=closed").json()["items"]) == 1


def test_a_row_of_another_institute_can_be_neither_read_nor_named(api, liot, people, quickline):
    with institute_context(liot.id):
        theirs = make_employer("Siemens Energy Lincoln")
        their_contact = make_contact(theirs)
    assert api.get(f"employers/{theirs.pk}/").status_code == 404
    assert api.get(f"contacts/?employer={theirs.pk}").json()["items"] == []
    body = {"employer": str(theirs.pk), "kind": "call", "summary": "Hello", "contacts": [str(their_contact.pk)]}
    refused = api.post("engagements/", body)
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json()["errors"]} == {"/employer", "/contacts"}


def test_a_token_that_only_reads_does_not_write(api_for, people, yhiot, quickline):
    reader = api_for(people.partnership_manager, yhiot, [Permission.SEE_EMPLOYERS])
    assert reader.get("employers/").status_code == 200
    assert reader.post("employers/", {"name": "Arco"}).status_code == 403
    assert Employer.objects.count() == 1


def test_levels_are_named_changed_and_removed(api_for, people, yhiot, inside):
    api = api_for(people.institute_administrator, yhiot)
    made = api.post("tiers/", {"label": "Gold", "scale": "anchor"})
    assert made.status_code == 201, made.json()
    address = f"tiers/{made.json()['id']}/"
    assert api.patch(address, {"label": "Platinum"}).json()["label"] == "Platinum"
    employer = make_employer("Arco", tier_id=made.json()["id"])
    assert api.delete(address).status_code == 409
    Employer.objects.filter(pk=employer.pk).update(tier=None)
    removed = api.delete(address)
    assert (removed.status_code, removed.content) == (204, b"")
    assert api.get(address).status_code == 404


def test_tags_views_and_bulk_changes_are_worked_as_on_the_pages(api, quickline, inside):
    tag = api.post("tags/", {"name": "Host"}).json()
    tagged = api.post(f"employers/{quickline.pk}/tags/", {"tags": [tag["id"]]}).json()
    assert tagged["tags"] == [tag]
    assert [row["name"] for row in api.get(f"employers/?tag={tag['id']}").json()["items"]] == [quickline.name]
    view = api.post("saved-views/", {"name": "Wales", "query": "region=Wales&page=3", "columns": ["region"]}).json()
    assert (view["query"], view["columns"], view["is_shared"]) == ("region=Wales", ["region"], False)
    assert api.delete(f"saved-views/{view['id']}/").status_code == 204
    body = {"fact": "untag", "tag": tag["id"], "employers": [str(quickline.pk)]}
    change = api.post("bulk-changes/", body).json()
    assert change["changed"] == 1
    assert api.post("bulk-changes/", body).status_code == 422
    assert api.post(f"bulk-changes/{change['id']}/undo/").json()["restored"] == 1
    assert api.get(f"employers/{quickline.pk}/").json()["tags"] == [tag]
    assert api.post(f"bulk-changes/{change['id']}/undo/").status_code == 409
