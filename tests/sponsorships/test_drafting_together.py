"""Two people at one agreement, and a draft that another program wrote: nothing is lost without a word."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.context import institute_context
from sponsorships.actions.agreements import redraft_agreement
from sponsorships.actions.amendments import Change, amend_agreement
from sponsorships.models import Agreement, Amendment, Benefit, PlannedInstalment
from tests.factories.agreements import NAMING, fee, make_draft, make_signed, make_terms


@pytest.fixture
def within(yhiot, manager):
    return lambda: institute_context(yhiot.id, user_id=manager.id)


def _typed(form) -> dict[str, str]:
    """What a browser sends of a form that was opened and left as it is; of a choice without one, its first."""
    sent = {}
    for field in form:
        value = field.field.prepare_value(field.value())
        if value is None and getattr(field.field, "choices", None):
            value = next(iter(field.field.choices))[0]
        if value is not None and value is not False:
            sent[field.html_name] = str(getattr(value, "pk", value))
    return sent


def test_an_amendment_from_a_page_opened_before_another_one_is_refused_and_turns_nothing_back(
    pages, within, manager, people, yhiot
):
    with within():
        agreement = make_signed(manager, people.director, [yhiot])
        second, third = PlannedInstalment.objects.filter(component__purpose="bursary", number__gt=1).order_by("number")
    url = reverse("sponsorships:amend", args=[agreement.pk])
    typed = _typed(pages.get(url).context["form"]) | {"reason": "Later", f"due_{third.id.hex}": "2027-01-05"}
    with within():
        change = Change(second.id, dt.date(2026, 1, 5), second.pence)
        key, on = "0190a5c2-0000-7000-8000-000000000001", dt.date(2025, 8, 1)
        amend_agreement(
            agreement=agreement, changes=[change], reason="Moved", effective_on=on, key=key, by=people.director
        )
    refused = pages.post(url, typed)
    assert refused.status_code == 422 and "A colleague has changed this" in refused.content.decode()
    with within():
        second.refresh_from_db()
        assert (second.due_on, Amendment.objects.count()) == (dt.date(2026, 1, 5), 1)


def test_a_draft_that_a_colleague_changed_meanwhile_is_not_overwritten(pages, within, manager, people, yhiot):
    with within():
        agreement = make_draft(manager, [yhiot])
    url = reverse("sponsorships:redraft", args=[agreement.pk])
    typed = _typed(pages.get(url).context["form"]) | {"title": "Mine"}
    with within():
        theirs = make_terms([yhiot], title="Theirs", reference=agreement.reference)
        redraft_agreement(agreement=agreement, terms=theirs, by=people.director)
    for button in ({"check": "1"}, {}):
        refused = pages.post(url, typed | button)
        assert refused.status_code == 422 and "to “Theirs”" in refused.content.decode()
    with within():
        assert Agreement.objects.get().title == "Theirs"


@pytest.mark.parametrize(
    "terms",
    [
        {"due_dates": (dt.date(2024, 9, 1), dt.date(2024, 12, 1), dt.date(2025, 3, 1))},
        {"components": (fee("challenge", 150_000_00), fee("general", 10_00), *[fee("equipment", 1_00)] * 3)},
    ],
    ids=["payments not a year apart", "five purposes"],
)
def test_a_draft_that_says_more_than_the_page_shows_is_not_saved_there(terms, pages, within, manager, yhiot):
    with within():
        agreement = make_draft(manager, [yhiot], **terms)
        plan = list(PlannedInstalment.objects.order_by("id").values_list("id", "due_on", "pence"))
    url = reverse("sponsorships:redraft", args=[agreement.pk])
    opened = pages.get(url)
    assert "This draft says more than this page" in opened.content.decode()
    assert pages.post(url, _typed(opened.context["form"]) | {"title": "New title"}).status_code == 422
    with within():
        assert Agreement.objects.get().title == "Quickline sponsorship"
        assert list(PlannedInstalment.objects.order_by("id").values_list("id", "due_on", "pence")) == plan


def test_a_second_benefit_of_one_purpose_is_not_dropped(pages, within, manager, yhiot):
    with within():
        agreement = make_draft(manager, [yhiot])
        benefit = Benefit.objects.get()
        Benefit.objects.create(component=benefit.component, what="A logo", due_on=NAMING.due_on, owner=manager)
    url = reverse("sponsorships:redraft", args=[agreement.pk])
    answer = pages.post(url, _typed(pages.get(url).context["form"]))
    assert answer.status_code == 422 and "several benefits of one purpose" in answer.content.decode()
    with within():
        assert Benefit.objects.count() == 2


def test_an_ordinary_draft_is_opened_and_saved_as_it_is(pages, within, manager, yhiot, liot):
    with within():
        agreement = make_draft(manager, [yhiot, liot])
    url = reverse("sponsorships:redraft", args=[agreement.pk])
    opened = pages.get(url)
    assert "says more than this page" not in opened.content.decode()
    assert pages.post(url, _typed(opened.context["form"])).status_code == 302
    with within():
        assert Agreement.objects.get().total_pence == 530_000_00
