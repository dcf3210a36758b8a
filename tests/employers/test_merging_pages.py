"""The queue, two side by side, a merge and its undo through pages and through the API; old addresses lead on."""

import pytest
from django.urls import reverse

from employers.actions import log_engagement, merge_employers, pair_up
from employers.models import DuplicatePair, Employer, EmployerMerge
from tests.factories.employers import make_contact, make_employer, make_organisation
from tests.factories.facts import make_promise
from tests.queries import own_queries


@pytest.fixture
def kept(inside):
    return make_employer("Quickline Communications Ltd", town="Hull")


@pytest.fixture
def other(inside):
    return make_employer("Quick Line", website="https://quickline.example", domain="quickline.example")


@pytest.fixture
def pair(kept, other, inside):
    return pair_up(one=kept, other=other, by=inside)


def test_two_are_compared_and_merged(manager, kept, other, pair):
    make_contact(other)
    assert "Quick Line" in manager.get("/employers/duplicates/").content.decode()
    manager.get(f"/employers/duplicates/{pair.pk}/")  # which tables only grow is asked once
    with own_queries() as asked:  # what hangs on the other in all tables is counted by one
        page = manager.get(f"/employers/duplicates/{pair.pk}/?keep={kept.pk}").content.decode()
    assert len(asked) == 6
    assert "Contacts" in page and "Timeline items" not in page and "https://quickline.example" in page
    answer = manager.post(f"/employers/duplicates/{pair.pk}/", {"keep": kept.pk, "website": "other", "town": "kept"})
    assert answer.status_code == 302 and answer["Location"].endswith(f"/employers/{kept.pk}/")
    kept.refresh_from_db()
    assert (kept.website, kept.town) == ("https://quickline.example", "Hull")
    assert "Quick Line" in manager.get("/employers/merges/").content.decode()


def test_the_other_one_may_be_kept_instead(manager, kept, other, pair):
    page = manager.get(f"/employers/duplicates/{pair.pk}/?keep={other.pk}").content.decode()
    assert "Kept: Quick Line" in page
    manager.post(f"/employers/duplicates/{pair.pk}/", {"keep": other.pk})
    assert Employer.objects.get() == other


def test_two_numbers_cannot_be_merged_by_the_page_either(manager, kept, other, pair):
    for employer, number in ((kept, "01026167"), (other, "09740322")):
        Employer.objects.filter(pk=employer.pk).update(organisation=make_organisation(employer.name, number))
    page = manager.get(f"/employers/duplicates/{pair.pk}/").content.decode()
    assert "01026167 and 09740322, so they are two companies" in page
    for choice in ("Merge these two", "Keep the other one instead", "What stands on the record afterwards"):
        assert choice not in page, "there is nothing to choose"
    for instead in (f"duplicates/{pair.pk}/different/", f"{kept.pk}/names/", f"{other.pk}/link/"):
        assert instead in page
    assert manager.post(f"/employers/duplicates/{pair.pk}/", {"keep": kept.pk}).status_code == 422
    assert not EmployerMerge.objects.exists()


def test_not_the_same_is_remembered(manager, pair):
    manager.post(f"/employers/duplicates/{pair.pk}/different/")
    assert "Quick Line" not in manager.get("/employers/duplicates/").content.decode()
    assert "Quick Line" in manager.get("/employers/duplicates/?state=different").content.decode()
    assert DuplicatePair.objects.get().decided_by is not None


def test_a_colleague_puts_two_side_by_side(manager, kept, other):
    page = manager.get(f"/employers/{kept.pk}/merge/?q=quick+line").content.decode()
    assert "Compare" in page and "Quick Line" in page
    answer = manager.post(f"/employers/{kept.pk}/merge/pair/", {"other": other.pk})
    assert f"/employers/duplicates/{DuplicatePair.objects.get().pk}/?keep={kept.pk}" in answer["Location"]


def test_a_merge_is_taken_back_from_the_list_unless_something_is_new(manager, kept, other, inside):
    merge = merge_employers(kept=kept, merged=other, by=inside)
    manager.post(f"/employers/merges/{merge.pk}/undo/")
    assert Employer.objects.count() == 2
    again = merge_employers(kept=kept, merged=other, by=inside)
    log_engagement(employer=kept, kind="call", summary="New", by=inside)
    refused = manager.post(f"/employers/merges/{again.pk}/undo/", follow=True)
    assert "Something new was recorded" in refused.content.decode()
    assert Employer.objects.get() == kept


def test_old_addresses_lead_to_the_new_one(manager, kept, other, pair, inside):
    merge_employers(kept=kept, merged=other, by=inside)
    moved = manager.get(f"/employers/{other.pk}/?only=conversations")
    assert moved.status_code == 301 and moved["Location"].endswith(f"/employers/{kept.pk}/?only=conversations")
    late = manager.post(f"/employers/{other.pk}/stage/", {"stage": "active"})
    assert late.status_code == 308 and late["Location"].endswith(f"/employers/{kept.pk}/stage/")
    assert manager.get(f"/employers/duplicates/{pair.pk}/").status_code == 301
    assert "Quick Line" not in manager.get("/employers/?q=nothing").content.decode()


def test_an_old_id_in_a_query_string_or_a_late_form_means_the_employer_it_is_now(manager, kept, other, inside):
    make_promise(kept, inside, what="Speak at the opening")
    merge_employers(kept=kept, merged=other, by=inside)
    old = f"?employer={other.pk}"
    log = manager.get(f"/employers/log/{old}").content.decode()
    assert f'value="{kept.pk}"' in log and f'value="{other.pk}"' not in log
    record = manager.get(f"/sponsorships/in-kind/record/materials/{old}").content.decode()
    assert f'value="{kept.pk}" checked' in record and str(other.pk) not in record.split("<main")[1]
    promises = manager.get(f"/employers/promises/{old}").content.decode()
    assert "Speak at the opening" in promises and kept.name in promises
    said = {"employer": other.pk, "kind": "call", "summary": "Sent late", "happened_on": "2026-01-05"}
    manager.post("/employers/log/", said)
    assert kept.engagements.get().summary == "Sent late"


def test_only_the_id_of_a_merged_employer_leads_on(manager, kept, theirs):
    for wanted in (theirs.pk, "nonsense", "019a0000-0000-7000-8000-000000000000"):
        assert manager.get(f"/employers/log/?employer={wanted}").status_code == 404


def test_other_programs_may_go_on_saying_the_old_id(api_for, people, yhiot, kept, other, inside):
    log_engagement(employer=kept, kind="call", summary="New", by=inside)
    merge_employers(kept=kept, merged=other, by=inside)
    api = api_for(people.partnership_manager, yhiot)
    [row] = api.get(f"engagements/?employer={other.pk}").json()["items"]
    assert row["employer"]["id"] == str(kept.pk)
    made = api.post("engagements/", {"employer": str(other.pk), "kind": "note", "summary": "By the old id"})
    assert made.status_code == 201 and made.json()["employer"]["id"] == str(kept.pk)


def test_other_names_and_numbers_are_noted_and_taken_away(manager, kept):
    page = f"/employers/{kept.pk}/names/"
    manager.post(page, {"kind": "trading", "name": "Fibre Folk"})
    manager.post(page, {"kind": "former_number", "name": "sc 12345"})
    assert manager.post(page, {"kind": "former_number", "name": "nonsense"}).status_code == 422
    shown = manager.get(page).content.decode()
    assert "Fibre Folk" in shown and "SC012345" in shown
    manager.post(reverse("employers:remove_other_name", args=[kept.other_names.get().pk]))
    manager.post(reverse("employers:remove_former_number", args=[kept.former_numbers.get().pk]))
    assert not kept.other_names.exists() and not kept.former_numbers.exists()


def test_the_api_merges_redirects_and_takes_back(api_for, people, yhiot, kept, other):
    api = api_for(people.partnership_manager, yhiot)
    body = {"kept": str(kept.pk), "merged": str(other.pk), "taken": ["website"]}
    made = api.post("employer-merges/", body)
    assert made.status_code == 201 and made.json()["merged_name"] == "Quick Line"
    moved = api.get(f"employers/{other.pk}/")
    assert moved.status_code == 308 and moved["Location"].endswith(f"/api/v1/employers/{kept.pk}/")
    assert api.get(f"employers/{kept.pk}/").json()["website"] == "https://quickline.example"
    assert api.post(f"employer-merges/{made.json()['id']}/undo/", {}).status_code == 200
    assert api.get(f"employers/{other.pk}/").status_code == 200
    refused = api.post("employer-merges/", {**body, "taken": ["shoe_size"]})
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "/taken"


def test_the_api_keeps_the_queue_and_the_names(api_for, people, yhiot, kept, other):
    api = api_for(people.partnership_manager, yhiot)
    pair = api.post("duplicate-pairs/", {"one": str(kept.pk), "other": str(other.pk)}).json()
    assert [each["id"] for each in api.get("duplicate-pairs/").json()["items"]] == [pair["id"]]
    assert api.post(f"duplicate-pairs/{pair['id']}/different/", {}).json()["state"] == "different"
    assert api.get("duplicate-pairs/").json()["items"] == []
    api.post("other-names/", {"employer": str(kept.pk), "kind": "former", "name": "Old Line"})
    api.post("former-numbers/", {"employer": str(kept.pk), "number": "4123456"})
    [found] = api.get("employers/duplicates/?name=Old+Line").json()
    assert (found["id"], found["reasons"]) == (str(kept.pk), ["same as another of its names"])
    [found] = api.get("employers/duplicates/?name=Unlike&company_number=04123456").json()
    assert found["reasons"] == ["former company number"]
