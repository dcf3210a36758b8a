"""Which provider is paid: typed on the draft and found, with and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from crm.base.context import institute_context
from crm.identity.models import Provider
from sponsorships.models import Agreement
from sponsorships.reads.recipients import find_recipients
from tests.factories.agreements import make_draft, make_sponsor
from tests.imports.test_pages import text_of
from tests.sponsorships.test_agreements_pages import _typed


@pytest.fixture
def colleges(yhiot):
    make = Provider.objects.create
    return {
        "york": make(name="York College", kind="fe", town="York"),
        "grimsby": make(name="Grimsby Institute of Further and Higher Education", kind="fe"),
        "hull": make(name="University of Hull", kind="he", town="Hull"),
        "selby": make(name="Heart of Yorkshire Education Group", kind="fe", former_names=["Selby College"]),
        "school": make(name="York High School", kind="school", urn="100001"),
    }


@pytest.fixture
def draft(pages, people, yhiot, liot):
    """Sends a draft with some more fields; returns the answer and the agreement."""
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        sponsor = make_sponsor()

    def send(**more):
        answer = pages.post(reverse("sponsorships:draft"), _typed(sponsor, yhiot, liot, **more))
        with institute_context(yhiot.id):
            return answer, Agreement.objects.first()

    return send


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("york college", ["york"]),
        ("yor", ["york", "selby"]),  # what begins so comes first
        ("hull uni", ["hull"]),
        ("Grimsby Insitute", ["grimsby"]),
        ("selby", ["selby"]),
        ("York High", []),  # a school is paid nothing
        ("  ", []),
    ],
)
def test_a_provider_is_found_by_words_misspelt_words_and_former_names(colleges, typed, meant):
    assert find_recipients(typed) == [colleges[name] for name in meant]


@pytest.mark.parametrize(
    "sent",
    [
        {"party_0_paid_to": "york coll"},  # without scripts: the only match
        {"party_0_paid_to": "YORK COLLEGE"},
        {"party_0_recipient": "york"},  # a program
        {"party_0_paid_to": "yor", "party_0_recipient": "york"},  # ticked among those shown
        {"party_0_paid_to": "York College", "party_0_recipient": "hull"},  # typed anew after a tick
    ],
)
def test_the_provider_that_is_meant_is_kept(draft, colleges, sent):
    ids = {name: str(colleges[value].pk) if value in colleges else value for name, value in sent.items()}
    _, agreement = draft(**ids)
    with institute_context(agreement.institute_id):
        assert [party.recipient for party in agreement.parties.order_by("id")] == [colleges["york"], None]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("yor", "Choose which of these providers it is."),
        ("Oxford", "No provider of that name. Check the spelling, or leave this empty."),
    ],
)
def test_who_is_not_clear_is_asked_for_at_the_field_and_nothing_is_saved(draft, colleges, typed, said):
    answer, agreement = draft(party_1_paid_to=typed)
    assert (answer.status_code, agreement) == (422, None)
    assert answer.context["form"].errors["party_1_paid_to"] == [said]
    assert ("York College" in text_of(answer)) == (typed == "yor")


def test_a_draft_shows_whom_it_names_and_forgets_one_that_is_taken_out(pages, people, yhiot, draft, colleges):
    _, agreement = draft(party_0_paid_to="York College")
    url = reverse("sponsorships:redraft", args=[agreement.pk])
    assert pages.get(url).context["form"]["party_0_paid_to"].value() == "York College"
    with institute_context(agreement.institute_id):
        sent = _typed(agreement.employer, *(party.party for party in agreement.parties.select_related("party")))
    sent |= {"party_0_paid_to": "", "party_0_recipient": colleges["york"].pk}
    assert pages.post(url, sent).status_code == 302
    with institute_context(agreement.institute_id):
        assert [party.recipient for party in agreement.parties.all()] == [None, None]


def test_what_is_typed_is_looked_up_for_a_row_that_there_is(pages, colleges):
    said = text_of(pages.get(reverse("sponsorships:recipients", args=[1]) + "?party_1_paid_to=yor"))
    assert said.startswith("Which one? York College Further-education college, York")
    assert pages.get(reverse("sponsorships:recipients", args=[4])).status_code == 404


@pytest.mark.browser
def test_the_provider_is_chosen_with_the_keyboard(open_page, yhiot, people, colleges):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        agreement = make_draft(manager, [yhiot])
    page = open_page(reverse("sponsorships:redraft", args=[agreement.pk]), manager, yhiot)
    page.locator("[name=party_0_paid_to]").press_sequentially("yor")
    expect(page.locator("#choices-party_0 input:checked")).to_have_value(str(colleges["york"].pk))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#choices-party_0 input:checked")).to_have_value(str(colleges["selby"].pk))
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quickline sponsorship")
    with institute_context(yhiot.id):
        assert agreement.parties.get().recipient == colleges["selby"]
