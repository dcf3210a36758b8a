"""An institute's administrator names its levels of partnership and maps them to the network's scale."""

import pytest

from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.outbox.models import Entry
from employers.actions import change_tier, define_tier, merge_employers, remove_tier
from employers.models import Employer, Tier
from employers.reads.tiers import tiers_in_order
from tests.browser import in_every_look
from tests.factories.employers import make_employer, make_tier
from tests.queries import own_queries
from tests.sponsorships.reading import text


@pytest.fixture
def administrator(people):
    return people.institute_administrator


def test_a_level_is_renamed_and_mapped_anew_and_its_employers_keep_it(inside):
    tier = make_tier("Gold partner", "anchor")
    employer = make_employer(tier=tier)
    change_tier(tier=tier, label="Founding partner", scale="core", position=2, by=inside)
    employer.refresh_from_db()
    assert (employer.tier.label, employer.tier.scale, employer.tier.position) == ("Founding partner", "core", 2)
    assert Employer.objects.anchor().count() == 0
    assert Entry.objects.filter(type="employers.tier_defined").count() == 1


def test_two_levels_never_have_one_name(inside):
    make_tier("Gold", "anchor")
    silver = make_tier("Silver", "core")
    with pytest.raises(Conflict) as refusal:
        change_tier(tier=silver, label="gold", scale="core", position=1, by=inside)
    assert refusal.value.field == "label"
    assert set(Tier.objects.values_list("label", flat=True)) == {"Gold", "Silver"}


@pytest.mark.parametrize(("label", "scale", "field"), [("  ", "core", "label"), ("Gold", "platinum", "scale")])
def test_a_level_needs_a_name_and_a_place_on_the_scale(inside, label, scale, field):
    for act in (define_tier, lambda **facts: change_tier(tier=make_tier("Silver"), **facts)):
        with pytest.raises(DomainError) as refusal:
            act(label=label, scale=scale, position=1, by=inside)
        assert refusal.value.field == field


def test_a_level_that_employers_have_is_not_removed(inside):
    tier = make_tier()
    employer = make_employer(tier=tier)
    with pytest.raises(Conflict, match="1 employer has the tier"):
        remove_tier(tier=tier, by=inside)
    Employer.objects.filter(pk=employer.pk).update(tier=None)
    remove_tier(tier=tier, by=inside)
    assert not Tier.objects.exists()
    assert Entry.objects.filter(type="employers.tier_removed").count() == 1


def test_levels_stand_in_the_institutes_order_with_their_employers_counted_in_one_query(inside):
    for position, label in ((2, "Silver"), (1, "Gold"), (3, "Bronze")):
        tier = define_tier(label=label, scale="core", position=position, by=inside)
        make_employer(tier=tier)
    with own_queries() as queries:
        assert [(tier.label, tier.held_by) for tier in tiers_in_order()] == [("Gold", 1), ("Silver", 1), ("Bronze", 1)]
    assert len(queries) == 1


def test_the_administrator_adds_changes_and_removes_a_level(administrator, yhiot, client_for):
    client = client_for(administrator, yhiot)
    assert "No tier yet" in text(client.get("/employers/levels/"))
    data = {"label": "Gold partner", "scale": "anchor", "position": "1"}
    assert client.post("/employers/levels/", data | {"label": ""}).status_code == 422
    assert client.post("/employers/levels/", data).status_code == 302
    assert "Gold partner Anchor 0" in text(client.get("/employers/levels/"))
    with institute_context(yhiot.id):
        tier = Tier.objects.get()
    client.post(f"/employers/levels/{tier.pk}/", data | {"label": "Platinum", "scale": "core"})
    assert "Platinum Core 0" in text(client.get("/employers/levels/"))
    client.post(f"/employers/levels/{tier.pk}/remove/")
    assert "No tier yet" in text(client.get("/employers/levels/"))


def test_others_do_not_name_levels(people, yhiot, client_for):
    for person in (people.partnership_manager, people.director, people.auditor):
        assert client_for(person, yhiot).get("/employers/levels/").status_code == 403


@pytest.mark.browser
def test_the_page_is_accessible(open_page, administrator, yhiot):
    with institute_context(yhiot.id):
        make_employer(tier=make_tier("Gold partner"))
        make_tier("Friend of the institute", "supporter")
    in_every_look(open_page, "/employers/levels/", "tiers", administrator, yhiot)


def test_a_level_that_only_a_merged_employer_has_is_removed_all_the_same(inside):
    tier = make_tier("Gold", "anchor")
    kept, merged = make_employer("Quickline"), make_employer("Quick Line", tier=tier)
    merge_employers(kept=kept, merged=merged, by=inside)
    remove_tier(tier=tier, by=inside)
    assert not Tier.objects.exists()
    assert Employer.with_merged.get(pk=merged.pk).tier is None
