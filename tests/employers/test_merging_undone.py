"""A merge taken back after something else has changed, and the company of the one that was merged."""

import pytest

from crm.base.errors import Conflict
from crm.base.ids import new_id
from employers.actions import (
    add_employer,
    add_former_number,
    change_employer,
    link_organisation,
    merge_employers,
    remove_tier,
    undo_merge,
)
from employers.actions.bulk import EmployerRow, apply_employer_rows
from employers.models import Employer
from tests.factories.employers import make_employer, make_organisation, make_tier


@pytest.fixture
def kept(inside):
    return make_employer("Quickline Communications Ltd", town="Hull")


@pytest.fixture
def other(inside):
    return make_employer(
        "Quick Line", website="https://quickline.example", domain="quickline.example", sector="Digital"
    )


def merge(kept, other, by, *taken):
    return merge_employers(kept=kept, merged=other, taken=taken, by=by)


def test_an_undo_gives_back_everything_but_a_tier_that_was_removed_since(kept, other, inside):
    bronze, gold = make_tier("Bronze", "core"), make_tier("Gold", "anchor")
    Employer.objects.filter(pk=kept.pk).update(tier=bronze)
    Employer.objects.filter(pk=other.pk).update(tier=gold)
    done = merge(kept, other, inside, "tier", "sector")
    remove_tier(tier=bronze, by=inside)
    undo_merge(merge=done, by=inside)
    kept.refresh_from_db()
    assert (kept.tier, kept.sector) == (None, "")


def test_an_undo_leaves_what_follows_a_fact_that_somebody_changed_since(kept, other, inside):
    done = merge(kept, other, inside, "website")
    change_employer(employer=kept, website="https://quickline.example/hull", by=inside)
    undo_merge(merge=done, by=inside)
    kept.refresh_from_db()
    assert (kept.website, kept.domain) == ("https://quickline.example/hull", "quickline.example")


def test_the_number_of_a_merged_one_is_given_to_nobody_else_and_who_has_it_is_said(inside):
    now = make_organisation("QUICKLINE COMMUNICATIONS LIMITED", "04123456")
    before = make_organisation("QUICKLINE LIMITED", "03123456")
    kept = make_employer("Quickline", organisation=now)
    add_former_number(employer=kept, number="03123456", by=inside)
    merge(kept, make_employer("Quickline before", organisation=before), inside)
    said = "Quickline before, a part of Quickline now, has this company number. Use Quickline."
    with pytest.raises(Conflict, match=said):
        add_employer(name="Fibre Folk", company_number="03123456", confirmed=True, by=inside)
    with pytest.raises(Conflict, match=said):
        link_organisation(employer=make_employer("Fibre Folk"), company_number="03123456", by=inside)
    row = EmployerRow(id=new_id(), facts={"name": "Fibre Folk"}, company_number="03123456", legal_name="Quickline")
    assert list(apply_employer_rows(rows=[row], source="", by=inside)) == [row.id]


def test_an_undo_leaves_a_company_that_was_linked_since_and_gives_the_other_its_own_back(kept, inside):
    other = make_employer("Quickline before", organisation=make_organisation(company_number="03123456"))
    done = merge(kept, other, inside)
    make_organisation(company_number="04123456")
    kept.refresh_from_db()
    link_organisation(employer=kept, company_number="04123456", by=inside)
    undo_merge(merge=done, by=inside)
    kept.refresh_from_db(), other.refresh_from_db()
    assert kept.organisation.company_number == "04123456"
    assert other.organisation.company_number == "03123456"


def test_an_undo_leaves_a_company_to_whom_it_was_linked_since(kept, inside):
    organisation = make_organisation(company_number="03123456")
    other = make_employer("Quickline before", organisation=organisation)
    done = merge(kept, other, inside)
    make_organisation(company_number="04123456")
    link_organisation(employer=Employer.objects.get(pk=kept.pk), company_number="04123456", by=inside)
    third = make_employer("Fibre Folk", organisation=organisation)
    undo_merge(merge=done, by=inside)
    other.refresh_from_db(), third.refresh_from_db()
    assert (other.organisation, third.organisation) == (None, organisation)
