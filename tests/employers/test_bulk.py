"""Tags, kept views, and one fact for many employers with its undoing."""

import pytest

from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotFound, OverLimit
from crm.outbox.models import Entry, TimelineItem
from employers.actions import (
    change_employer,
    change_in_bulk,
    keep_view,
    name_tag,
    remove_tag,
    remove_tier,
    remove_view,
    rename_tag,
    set_tags,
    undo_bulk_change,
)
from employers.models import BulkChange, Employer, EmployerTag, SavedView, Tag
from employers.reads import bulk_changes
from employers.reads.saved_views import counts_of, kept_views, views_shown
from tests.factories.employers import make_employer, make_tier


@pytest.fixture
def three(inside):
    return [make_employer(name, region="Wales" if name == "Alpha" else "London") for name in ("Alpha", "Beta", "Gamma")]


def pks(employers):
    return [employer.pk for employer in employers]


def owners():
    return list(Employer.objects.order_by("name").values_list("owner", flat=True))


def tagged(tag):
    return sorted(EmployerTag.objects.filter(tag=tag).values_list("employer__name", flat=True))


def test_one_owner_for_many_is_written_on_those_that_differ_and_said_on_their_timelines(inside, three):
    Employer.objects.filter(name="Beta").update(owner=inside)
    change = change_in_bulk(employers=pks(three), fact="owner", value=inside, by=inside)
    assert owners() == [inside.pk] * 3
    assert change.changed == 2
    assert Entry.objects.get(type="employers.employers_changed").payload["employer_ids"] == sorted(
        str(three[place].pk) for place in (0, 2)
    )
    lines = TimelineItem.objects.filter(text__startswith="Changed owner")
    assert sorted(lines.values_list("subject_id", flat=True)) == sorted([three[0].pk, three[2].pk])


def test_undoing_gives_back_what_each_had_and_leaves_what_somebody_changed_since(inside, three, people):
    mate = people.events_coordinator
    Employer.objects.filter(name="Alpha").update(owner=mate)
    change = change_in_bulk(employers=pks(three), fact="owner", value=inside, by=inside)
    change_employer(employer=three[2], owner=mate, by=mate)
    undone = undo_bulk_change(change=change, by=inside)
    assert owners() == [mate.pk, None, mate.pk]
    assert undone.restored == 2
    with pytest.raises(Conflict):
        undo_bulk_change(change=change, by=inside)
    assert owners() == [mate.pk, None, mate.pk]


def test_no_tier_for_many_is_undone_too(inside, three):
    gold = make_tier()
    Employer.objects.update(tier=gold)
    change = change_in_bulk(employers=pks(three), fact="tier", value=None, by=inside)
    assert Employer.objects.filter(tier=None).count() == 3
    undo_bulk_change(change=change, by=inside)
    assert Employer.objects.filter(tier=gold).count() == 3


def test_a_tag_is_put_on_and_taken_off_many_and_both_are_undone(inside, three):
    host = name_tag(name="Host", by=inside)
    set_tags(employer=three[0], tags=[host], by=inside)
    put = change_in_bulk(employers=pks(three), fact="tag", value=host, by=inside)
    assert (tagged(host), put.changed) == (["Alpha", "Beta", "Gamma"], 2)
    assert undo_bulk_change(change=put, by=inside).restored == 2
    assert tagged(host) == ["Alpha"]
    off = change_in_bulk(employers=pks(three), fact="untag", value=host, by=inside)
    assert (tagged(host), off.changed) == ([], 1)
    undo_bulk_change(change=off, by=inside)
    assert tagged(host) == ["Alpha"]


def test_a_bulk_change_that_cannot_be_meant_changes_nothing(inside, three, people, monkeypatch):
    stranger = people.auditor
    for said, more in (
        ({"fact": "owner", "value": stranger}, DomainError), ({"fact": "owner", "value": None}, DomainError),
        ({"fact": "tag", "value": None}, DomainError), ({"fact": "stage", "value": None}, DomainError),
        ({"fact": "owner", "value": inside, "expected": 2}, Conflict),
    ):  # fmt: skip
        with pytest.raises(more):
            change_in_bulk(employers=pks(three), by=inside, **said)
    monkeypatch.setattr("employers.actions.bulk_changes.MOST", 2)
    with pytest.raises(OverLimit):
        change_in_bulk(employers=pks(three), fact="owner", value=inside, by=inside)
    assert owners() == [None] * 3
    assert not BulkChange.objects.exists()


def test_another_institutes_employers_are_not_changed(inside, three, liot):
    with institute_context(liot.id):
        theirs = make_employer("Siemens")
    change = change_in_bulk(employers=[theirs.pk, three[0].pk], fact="owner", value=inside, by=inside)
    assert change.changed == 1
    with institute_context(liot.id):
        assert Employer.objects.get(pk=theirs.pk).owner is None


def test_the_page_shows_what_would_change_then_changes_and_undoes_it(inside, three, manager):
    asked = {"fact": "owner", "all": "yes", "query": "region=London", "to": str(inside.pk)}
    page = manager.post("/employers/bulk/", {**asked, "look": "yes"})
    assert [employer.name for employer, _ in page.context["looked"].sample] == ["Beta", "Gamma"]
    assert owners() == [None] * 3
    done = manager.post("/employers/bulk/", {**asked, "expected": "2", "change": "yes"}, follow=True)
    assert "2 employers changed" in done.content.decode()
    assert owners() == [None, inside.pk, inside.pk]
    change = BulkChange.objects.get()
    undone = manager.post(f"/employers/bulk/{change.pk}/undo/", follow=True).content.decode()
    assert "Undone for 2." in undone
    assert owners() == [None] * 3


def test_the_page_looks_again_when_the_list_has_changed_since(inside, three, manager):
    asked = {"fact": "owner", "all": "yes", "query": "region=London", "to": str(inside.pk), "expected": "2"}
    make_employer("Delta", region="London")
    page = manager.post("/employers/bulk/", {**asked, "change": "yes"})
    assert page.status_code == 422
    assert page.context["looked"].changing == 3
    assert owners() == [None] * 4


def test_a_filter_that_is_not_understood_never_means_everybody(inside, three, manager):
    asked = {"fact": "owner", "all": "yes", "query": "view=evil", "to": str(inside.pk), "change": "yes"}
    assert manager.post("/employers/bulk/", asked).status_code == 404
    assert owners() == [None] * 3


def test_chosen_employers_get_a_new_tag(three, manager):
    chosen = {"pk": [str(three[0].pk), str(three[2].pk)], "fact": "tag", "another": "Mentor"}
    looked = manager.post("/employers/bulk/", {**chosen, "look": "yes"})
    assert looked.context["looked"].changing == 2
    assert not Tag.objects.exists()
    manager.post("/employers/bulk/", {**chosen, "expected": "2", "change": "yes"})
    assert tagged(Tag.objects.get(name="Mentor")) == ["Alpha", "Gamma"]


def test_tags_are_named_once_renamed_and_removed_with_their_links(inside, three):
    host = name_tag(name=" T Level  host ", by=inside)
    assert name_tag(name="t level HOST", by=inside) == host
    name_tag(name="Mentor", by=inside)
    with pytest.raises(Conflict):
        rename_tag(tag=host, name="mentor", by=inside)
    rename_tag(tag=host, name="Host", by=inside)
    set_tags(employer=three[0], tags=[host], by=inside)
    set_tags(employer=three[0], tags=[host], by=inside)
    assert Entry.objects.filter(type="employers.employer_tagged").count() == 1
    remove_tag(tag=host, by=inside)
    assert not EmployerTag.objects.exists()


def test_a_view_is_kept_with_what_the_list_knows_and_counts_what_it_shows(inside, three, people):
    keep_view(name="Humber", query="region=London&page=7&evil=1&tag=x&col=owner", columns=["region"], by=inside)
    keep_view(name="humber", query="region=London&sort=-name", columns=["region", "evil"], is_shared=False, by=inside)
    keep_view(name="Words", query="q=alpha", is_shared=True, by=inside)
    [humber, words] = views_shown(kept_views(inside))
    assert humber.view.query == "region=London&sort=-name"
    assert humber.query == f"region=London&sort=-name&col=region&saved={humber.view.pk}"
    assert counts_of([humber.view, words.view], inside) == {humber.view.pk: 2, words.view.pk: 1}
    mate = people.events_coordinator
    assert [shown.view.name for shown in views_shown(kept_views(mate))] == ["Words"]
    with pytest.raises(NotFound):
        remove_view(view=humber.view, by=mate)
    with pytest.raises(Conflict):
        keep_view(name="WORDS", query="", is_shared=True, by=mate)
    remove_view(view=humber.view, by=inside)
    remove_view(view=words.view, by=mate)
    assert not SavedView.objects.exists()


def test_a_view_is_kept_from_the_list_and_stands_above_it(three, manager):
    kept = manager.post(
        "/employers/views/keep/", {"name": "London", "query": "region=London", "columns": "region.owner"}
    )
    page = manager.get(kept.url)
    assert [row.name for row in page.context["rows"]] == ["Beta", "Gamma"]
    assert [column.name for column in page.context["columns"]] == ["owner", "region"]
    assert page.context["views"][0].is_open
    assert ">2</span>" in manager.get("/employers/views/counts/").content.decode()


def test_the_sample_of_a_preview_says_what_each_has_now(inside, three):
    Employer.objects.filter(name="Beta").update(owner=inside)
    looked = bulk_changes.preview(Employer.objects.all(), "owner", None)
    assert (looked.chosen, looked.changing, looked.staying) == (3, 1, 2)
    assert [(employer.name, has) for employer, has in looked.sample] == [("Beta", inside.name)]


@pytest.mark.parametrize("junk", ["\x00", "'\"><", "none", "9" * 40, "💥"])
def test_junk_in_a_bulk_change_changes_nothing_and_breaks_nothing(inside, three, manager, junk):
    asked = dict.fromkeys(("fact", "pk", "to", "another", "expected", "query", "col", "saved"), junk)
    for more in ({}, {"fact": "tag"}, {"all": "yes"}, {"pk": str(three[0].pk), "fact": "owner"}):
        assert manager.get("/employers/bulk/", {**asked, **more}).status_code < 500
        assert manager.post("/employers/bulk/", {**asked, **more, "look": "yes"}).status_code < 500
    for path in ("views/keep/", "views/counts/", "", "employers.xlsx"):
        assert manager.get(f"/employers/{path}", asked).status_code < 500
    assert not BulkChange.objects.exists()


def test_an_undo_says_so_when_the_tier_to_give_back_is_gone(inside, three):
    bronze, gold = make_tier("Bronze", "core"), make_tier("Gold", "anchor")
    Employer.objects.filter(pk__in=pks(three)).update(tier=bronze)
    change = change_in_bulk(employers=pks(three), fact="tier", value=gold, by=inside)
    remove_tier(tier=bronze, by=inside)
    with pytest.raises(Conflict, match="A tier that they had no longer exists"):
        undo_bulk_change(change=change, by=inside)
    assert set(Employer.objects.values_list("tier", flat=True)) == {gold.pk}
    change.refresh_from_db()
    assert change.undone_at is None
