"""The pages about duplicates in a browser: accessible in every look, and merged by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from crm.base.context import institute_context
from employers.actions import add_other_name, log_engagement, merge_employers, pair_up
from employers.models import DuplicatePair, Employer
from tests.browser import in_every_look
from tests.factories.employers import make_contact, make_employer, make_organisation

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(committed, yhiot, people):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        number = make_organisation("Northern Powergrid (Yorkshire) plc", "04112320")
        kept = make_employer(
            "Northern Powergrid (Yorkshire) plc", organisation=number, town="Castleford", postcode="WF10 5DS"
        )
        other = make_employer(
            "Northern Powergrid", website="https://northern.example", sector="Energy and utilities", town="York"
        )
        make_contact(other, "Jo Marsh")
        log_engagement(employer=other, kind="call", summary="Spoke about T Level placements", by=manager)
        add_other_name(employer=kept, kind="former", name="Yorkshire Electricity Distribution plc", by=manager)
        merge_employers(kept=make_employer("Arco Ltd"), merged=make_employer("ARCO"), by=manager)
        DuplicatePair.objects.all().delete()
        return pair_up(one=kept, other=other, by=manager)


def test_the_pages_about_duplicates_are_accessible(open_page, pair, people, yhiot):
    manager = people.partnership_manager
    pages = {
        "duplicates": "/employers/duplicates/",
        "compare": f"/employers/duplicates/{pair.pk}/",
        "merges": "/employers/merges/",
        "other-names": f"/employers/{pair.first_id}/names/",
    }
    for name, path in pages.items():
        in_every_look(open_page, path, name, manager, yhiot)


def test_two_are_merged_by_keyboard(open_page, pair, people, yhiot):
    page = open_page(f"/employers/duplicates/{pair.pk}/", people.partnership_manager, yhiot)
    page.get_by_role("radio", name=re.compile("^Website: https")).focus()
    expect(page.get_by_role("radio", name=re.compile("^Website: https"))).to_be_checked()
    page.get_by_role("button", name="Merge these two").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Northern Powergrid (Yorkshire) plc")
    with institute_context(yhiot.id):
        assert Employer.objects.get(pk=pair.first_id).website == "https://northern.example"
