"""Changing a challenge: what another person did meanwhile, and what the form does not show, is not lost."""

from django.urls import reverse

from events.actions.bookings import book_group, change_group
from events.actions.challenges import change_challenge
from events.forms import ChallengeForm
from events.models import Challenge, GroupBooking
from sponsorships.actions.funds import pause_fund
from tests.factories.events import make_challenge, make_school, make_teacher
from tests.factories.funds import make_fund


def _typed(form) -> dict[str, str]:
    """What a browser sends of a form that was opened and left as it is."""
    sent = {field.html_name: field.value() for field in form}
    return {name: str(getattr(value, "pk", value)) for name, value in sent.items() if value is not None}


def test_a_challenge_keeps_its_fund_when_that_is_paused_and_something_else_is_changed(pages, within, coordinator):
    with within():
        fund = make_fund(kind="challenge")
        challenge = make_challenge(coordinator, fund=fund)
        pause_fund(fund=fund, by=coordinator)
    url = reverse("challenges:edit", args=[challenge.pk])
    typed = _typed(pages.get(url).context["form"]) | {"venue": "Hull"}
    assert pages.post(url, typed).status_code == 302
    with within():
        challenge.refresh_from_db()
        assert (challenge.venue, challenge.fund) == ("Hull", fund)


def test_a_fund_that_is_paused_is_offered_to_no_other_challenge(pages, within, coordinator):
    with within():
        pause_fund(fund=make_fund(kind="challenge"), by=coordinator)
        make_challenge(coordinator)
        assert not ChallengeForm().fields["fund"].queryset.exists()
        assert not ChallengeForm(challenge=Challenge.objects.get()).fields["fund"].queryset.exists()


def test_who_saves_over_a_colleagues_change_is_told_of_it_first(pages, within, coordinator):
    with within():
        challenge = make_challenge(coordinator, places=5)
    url = reverse("challenges:edit", args=[challenge.pk])
    opened = pages.get(url)
    assert opened.content.decode().count('type="hidden" name="version"') == 1
    typed = _typed(opened.context["form"]) | {"title": "Tower challenge"}
    with within():
        change_challenge(challenge=challenge, venue="Hull", by=coordinator)
    refused = pages.post(url, typed)
    assert refused.status_code == 422 and "to “Hull”" in refused.content.decode()
    with within():
        challenge.refresh_from_db()
        assert (challenge.title, challenge.venue) == ("Pyramid challenge", "Hull")


def test_numbers_that_a_colleague_changed_meanwhile_are_not_overwritten(pages, within, coordinator):
    with within():
        school = make_school()
        facts = {"challenge": make_challenge(coordinator), "school": school, "contact": make_teacher(school)}
        booking = book_group(**facts, pupils=20, adults=2, by=coordinator)
    url = reverse("challenges:numbers", args=[booking.pk])
    typed = _typed(pages.get(url).context["form"]) | {"dietary": "3"}
    needs = {"step_free": 0, "dietary": 0, "support_places": 0}
    with within():
        change_group(booking=booking, pupils=30, adults=3, **needs, by=coordinator)
    assert pages.post(url, typed).status_code == 422
    with within():
        assert GroupBooking.objects.get().pupils == 30


def test_more_places_say_how_many_groups_moved_up(pages, within, coordinator):
    with within():
        challenge = make_challenge(coordinator, places=1)
        for _ in range(2):
            school = make_school()
            facts = {"challenge": challenge, "school": school, "contact": make_teacher(school)}
            book_group(**facts, pupils=20, adults=2, join_waiting_list=True, by=coordinator)
    url = reverse("challenges:edit", args=[challenge.pk])
    saved = pages.post(url, _typed(pages.get(url).context["form"]) | {"places": "4"}, follow=True)
    assert "Off the waiting list: 1 group." in saved.content.decode()
