"""The pages of contributions in kind, through the test client's door and the browser's."""

import pytest
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import institute_context
from sponsorships.models import Contribution, Valuation
from tests.browser import in_every_look
from tests.factories.contributions import make_contribution, make_counted, make_valuation
from tests.factories.employers import make_employer
from tests.queries import own_queries


@pytest.fixture
def within(yhiot, manager):
    return lambda: institute_context(yhiot.id, user_id=manager.id)


@pytest.fixture
def employer(within):
    with within():
        return make_employer("Siemens Energy")


def _given(employer, **changes):
    facts = {
        "employer": employer.pk,
        "title": "Turbine controls",
        "item": "Controls engineer",
        "quantity": "12.5",
        "unit": "day",
        "offered_on": str(today()),
        "origin": "private",
    }
    return facts | changes


def test_recording_seconded_days_prefills_the_card_and_prices_them(pages, within, employer):
    url = reverse("sponsorships:record_contribution", args=["seconded_staff"])
    answer = pages.post(url, _given(employer, declared_pence="6,000"))
    assert answer.status_code == 302
    form = pages.get(answer.url)
    assert form.context["form"].initial == {"basis": "rate_card", "rate_code": "professional-2024"}
    assert pages.post(answer.url, {"basis": "rate_card", "rate_code": "professional-2024"}).status_code == 302
    with within():
        values = dict(Valuation.objects.values_list("basis", "pence"))
    assert values == {"donor_declared": 6_000_00, "rate_card": 4_375_00}


@pytest.mark.parametrize(
    ("typed", "ticked", "taken"),
    [
        ("siemens enrgy", None, "Siemens Energy"),
        ("Arc", None, "Arco"),
        ("Arco", "Siemens Energy", "Arco"),  # the words changed after the tick
        ("Siemens", "Siemens Mobility", "Siemens Mobility"),
        ("Siemens", None, None),
        ("Nobody Known", None, None),
        ("", None, None),
    ],
)
def test_the_employer_is_typed_and_never_taken_for_another(pages, within, employer, typed, ticked, taken):
    with within():
        known = {each.name: each for each in (employer, make_employer("Siemens Mobility"), make_employer("Arco"))}
    url = reverse("sponsorships:record_contribution", args=["equipment_given"])
    assert "Siemens Mobility" not in pages.get(url).content.decode(), "they may be 100,000"
    assert "Siemens Mobility" in pages.get(f"{url}?employer={known['Siemens Mobility'].pk}").content.decode()
    chosen = {"who": typed, "employer": known[ticked].pk if ticked else ""}
    answer = pages.post(url, _given(employer) | chosen)
    with within():
        found = [each.employer.name for each in Contribution.objects.select_related("employer")]
    assert found == ([taken] if taken else [])
    assert answer.status_code == (302 if taken else 422)
    if not taken:
        assert list(answer.context["form"].errors) == ["who"]


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("equipment_lent", {}, "return_on"),
        ("equipment_given", {"quantity": "0"}, "quantity"),
        ("equipment_given", {"title": ""}, "title"),
        ("equipment_given", {"offered_on": "2199-01-01"}, "offered_on"),
        ("equipment_given", {"declared_pence": "a lot"}, "declared_pence"),
    ],
)
def test_a_bad_contribution_is_refused_at_its_field_and_nothing_is_written(
    pages, within, employer, kind, changes, field
):
    answer = pages.post(reverse("sponsorships:record_contribution", args=[kind]), _given(employer, **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    with within():
        assert not Contribution.objects.exists()


def test_an_employer_of_another_institute_cannot_be_chosen(pages, liot, within):
    with institute_context(liot.id):
        theirs = make_employer("Bakkavor")
    answer = pages.post(reverse("sponsorships:record_contribution", args=["other"]), _given(theirs))
    assert answer.status_code == 422
    with within():
        assert not Contribution.objects.exists()


def test_a_kind_that_does_not_exist_is_not_found(pages):
    assert pages.get(reverse("sponsorships:record_contribution", args=["gold"])).status_code == 404


def test_a_director_approves_on_the_page_and_the_manager_is_refused(pages, client_for, people, yhiot, within, manager):
    with within():
        valuation = make_valuation(make_contribution(manager), manager)
    url = reverse("sponsorships:approve", args=[valuation.pk])
    assert pages.post(url).status_code == 403
    assert client_for(people.director, yhiot).post(url).status_code == 302
    with within():
        valuation.refresh_from_db()
    assert valuation.state == "approved"


def test_a_change_is_asked_for_with_words(client_for, people, yhiot, within, manager):
    with within():
        valuation = make_valuation(make_contribution(manager), manager)
    director = client_for(people.director, yhiot)
    url = reverse("sponsorships:ask_for_change", args=[valuation.pk])
    assert director.post(url, {"reason": " "}).status_code == 422
    assert director.post(url, {"reason": "Which dealer?"}).status_code == 302
    shown = director.get(reverse("sponsorships:contribution", args=[valuation.line.contribution_id])).content.decode()
    assert "Which dealer?" in shown


def test_a_contribution_is_agreed_delivered_and_accepted_from_its_page(pages, within, manager):
    with within():
        contribution = make_contribution(manager)
    for step, data in (("agree", {}), ("deliver", {"delivered_on": str(today())}), ("accept", {})):
        assert pages.post(reverse(f"sponsorships:{step}", args=[contribution.pk]), data).status_code == 302
    with within():
        contribution.refresh_from_db()
    assert contribution.state == "accepted"


def test_declining_asks_why(pages, within, manager):
    with within():
        contribution = make_contribution(manager)
    url = reverse("sponsorships:decline", args=[contribution.pk])
    assert pages.post(url, {"reason": ""}).status_code == 422
    assert pages.post(url, {"reason": "No room"}).status_code == 302


@pytest.mark.parametrize(
    "name", ["contribution", "deliver", "agree", "accept", "decline", "withdraw", "value", "approve", "ask_for_change"]
)
def test_what_another_institute_was_given_does_not_exist_here(name, client_for, people, liot, within, manager):
    with within():
        contribution = make_contribution(manager)
        valuation = make_valuation(contribution, manager)
    found = {"value": valuation.line_id, "approve": valuation.pk, "ask_for_change": valuation.pk}
    url = reverse(f"sponsorships:{name}", args=[found.get(name, contribution.pk)])
    needs_director = name in ("approve", "ask_for_change")
    stranger = people.at(liot).director if needs_director else people.at(liot).partnership_manager
    strange = client_for(stranger, liot)
    post = {"reason": "x", "delivered_on": str(today())}
    assert strange.post(url, post).status_code == 404
    assert strange.get(url).status_code in (404, 405)
    with within():
        contribution.refresh_from_db()
        valuation.refresh_from_db()
    assert (contribution.state, valuation.state) == ("offered", "submitted")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions_whatever_its_length(rows, pages, within, manager, people):
    with within():
        for _ in range(rows):
            make_counted(manager, people.director)
    pages.get(reverse("sponsorships:contributions"))
    with own_queries() as queries:
        answer = pages.get(reverse("sponsorships:contributions"), {"tab": "accepted"})
    assert len(answer.context["page"].object_list) == rows
    assert len(queries) == 10


def test_the_list_shows_its_tabs_and_finds_by_employer(pages, within, manager):
    with within():
        make_contribution(manager, make_employer("Siemens Energy"))
        make_contribution(manager, make_employer("Bakkavor"))
    answer = pages.get(reverse("sponsorships:contributions"), {"q": "siemens"})
    assert [c.employer.name for c in answer.context["page"].object_list] == ["Siemens Energy"]
    assert [tab["count"] for tab in answer.context["tabs"]] == [2, 0, 0, 2]


@pytest.mark.browser
def test_contribution_pages_are_accessible_in_every_look(open_page, yhiot, people, within, manager):
    with within():
        contribution = make_contribution(manager, make_employer("Siemens Energy"))
        make_valuation(contribution, manager, 22_000_00, basis="donor_declared", evidence=[])
        valuation = make_valuation(contribution, manager)
        make_counted(manager, people.director, employer=make_employer("Bakkavor"), title="Packing line")
    for name, args, who in (
        ("contributions", [], manager),
        ("choose_kind", [], manager),
        ("record_contribution", ["equipment_lent"], manager),
        ("value", [valuation.line_id], manager),
        ("contribution", [contribution.pk], people.director),
    ):
        in_every_look(open_page, reverse(f"sponsorships:{name}", args=args), f"in-kind-{name}", who, yhiot)
