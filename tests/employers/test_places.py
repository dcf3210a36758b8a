"""Region, local authority and LSIP area of an employer, from its postcode where the lists know it."""

import pytest

from crm.base.errors import DomainError
from crm.core.models import ReferenceEdition
from crm.core.reference.editions import take_over
from crm.core.reference.places import section_of
from crm.core.reference.shipped import SHIPPED, Line
from employers.actions import add_employer, change_employer, link_organisation
from tests.factories.employers import make_organisation


@pytest.fixture
def districts(inside):
    hull = Line("HU3", "Kingston upon Hull", "Yorkshire and The Humber", "Hull and East Yorkshire")
    return take_over(kind="outcode", version="test", source="hand", lines=[hull])


def placed(employer):
    return employer.local_authority, employer.region, employer.lsip_area


def test_a_postcode_says_where_an_employer_is_when_its_district_is_known(inside, districts):
    employer = add_employer(name="Quickline", postcode="hu3 2hj", region="London", by=inside)
    assert placed(employer) == ("Kingston upon Hull", "Yorkshire and The Humber", "Hull and East Yorkshire")


def test_a_typed_region_stands_when_no_district_is_known(inside):
    employer = add_employer(name="Quickline", postcode="HU3 2HJ", region="yorkshire & the humber", by=inside)
    assert placed(employer) == ("", "Yorkshire and The Humber", "")


def test_an_employer_that_moves_to_an_unknown_district_loses_what_was_derived(inside, districts):
    employer = add_employer(name="Quickline", postcode="HU3 2HJ", by=inside)
    moved = change_employer(employer=employer, postcode="LN6 7TS", region="East Midlands", by=inside)
    assert placed(moved) == ("", "East Midlands", "")


@pytest.mark.parametrize(
    ("field", "value"), [("region", "Narnia"), ("is8_sector", "crypto"), ("sic_section", "Z"), ("size_band", "huge")]
)
def test_a_word_that_is_on_no_list_is_refused_at_its_field(inside, field, value):
    with pytest.raises(DomainError) as refused:
        add_employer(name="Quickline", by=inside, **{field: value})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("code", "section"),
    [("61900", "J"), ("1110", "A"), ("01110", "A"), ("1", ""), ("None Supplied", ""), ("04000", "")],
)
def test_the_section_of_a_sic_code(code, section):
    assert section_of(code) == section


def test_the_register_says_the_section_of_an_employer_that_has_none(inside):
    organisation = make_organisation(company_number="01234567")
    organisation.sic_codes = ["1", "61900"]
    organisation.save()
    unsaid = add_employer(name="Quickline", by=inside)
    chosen = add_employer(name="Bakkavor", sic_section="C", by=inside)
    assert link_organisation(employer=unsaid, company_number="01234567", by=inside).sic_section == "J"
    other = make_organisation(company_number="07654321")
    other.sic_codes = ["61900"]
    other.save()
    assert link_organisation(employer=chosen, company_number="07654321", by=inside).sic_section == "C"


def test_the_hand_written_lists_are_rows_and_the_newest_edition_is_the_current_one(inside, districts):
    rows = {edition.kind: edition.rows.count() for edition in ReferenceEdition.objects.filter(is_current=True)}
    assert {shipped.kind: len(shipped.lines) for shipped in SHIPPED} | {"outcode": 1} == rows
    assert rows["sic_section"] == 21
    assert rows["sic_division"] == 88
    assert rows["is8_sector"] == 8
    assert rows["route"] == 15
    assert rows["lsip_area"] == 38
    take_over(kind="outcode", version="newer", source="hand", lines=[Line("LN6", "Lincoln")])
    assert ReferenceEdition.objects.get(kind="outcode", is_current=True).version == "newer"
    assert districts.rows.count() == 1
