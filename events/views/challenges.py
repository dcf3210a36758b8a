"""List, plan, look at and change challenges."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.base.clock import LONDON
from crm.core.downloads import csv_response
from crm.core.views import ActionView, FormPage, ListPage, Page
from crm.identity.roles import Permission
from crm.outbox.models import TimelineItem
from crm.web.timeline import folded, lines_of
from crm.web.words import counted
from events import reads
from events.actions.challenges import change_challenge, plan_challenge, record_challenge_cost, set_challenge_state
from events.forms import ChallengeForm, CostForm
from events.models import Challenge, GroupBooking, Volunteer


class ChallengePage(Page):
    """Base of pages about one challenge (`self.challenge`)."""

    def prepare(self) -> None:
        visible = Challenge.objects.visible_to(self.request.user).select_related("fund", "owner")
        self.challenge = get_object_or_404(visible.with_numbers(), pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(challenge=self.challenge, **extra)

    def challenge_url(self) -> str:
        return reverse("challenges:challenge", args=[self.challenge.pk])


class Challenges(ListPage):
    permission = Permission.SEE_CHALLENGES
    template_name = "events/list.html"
    title = "STE(A)M challenges"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        challenges = Challenge.objects.visible_to(self.request.user)
        chosen = challenges.past() if self.shows_past else challenges.upcoming().order_by("starts_at", "id")
        return chosen.with_numbers()

    @property
    def shows_past(self) -> bool:
        return self.request.GET.get("when") == "past"

    @property
    def shows_upcoming(self) -> bool:
        return not self.shows_past


class PlanChallenge(FormPage):
    permission = Permission.EDIT_CHALLENGES
    template_name = "events/challenge_form.html"
    title = "Plan a challenge"
    form_class = ChallengeForm
    success_message = "Planned. Open it for booking when you are ready."
    field_names = {"ends_at": "ends"}

    def act(self, form: ChallengeForm) -> str:
        challenge = plan_challenge(**form.facts(), by=self.request.user)
        return reverse("challenges:challenge", args=[challenge.pk])


class ShowChallenge(ChallengePage):
    permission = Permission.SEE_CHALLENGES
    template_name = "events/challenge.html"

    @property
    def places_note(self) -> str:
        waiting = f", {self.challenge.waiting} waiting" if self.challenge.waiting else ""
        return f"of {self.challenge.places} places{waiting}"

    @property
    def hours_note(self) -> str:
        begins, ends = (moment.astimezone(LONDON) for moment in (self.challenge.starts_at, self.challenge.ends_at))
        return f"{begins:%H:%M} to {ends:%H:%M}"

    @property
    def year_note(self) -> str:
        return f"Year {self.challenge.year_group}"

    def _is_uncounted(self, helper: Volunteer) -> bool:
        gave = helper.state == Volunteer.State.ATTENDED and helper.minutes
        return bool(self.challenge.state == Challenge.State.HELD and gave and not helper.contribution_id)

    @property
    def fund_name(self) -> str:
        return self.challenge.fund.name if self.challenge.fund else "No fund"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        bookings = list(GroupBooking.objects.filter(challenge=self.challenge).select_related("school", "contact"))
        helpers = list(Volunteer.objects.filter(challenge=self.challenge).select_related("contact__employer"))
        costs, total = reads.costs_of(self.challenge)
        timeline = TimelineItem.objects.filter(subject_type="events.challenge", subject_id=self.challenge.pk)
        return super().get_context(
            bookings=[b for b in bookings if b.state != "withdrawn"],
            volunteers=helpers,
            uncounted=sum(self._is_uncounted(helper) for helper in helpers),
            costs=costs,
            costs_pence=total,
            missing=reads.what_is_missing(self.challenge, bookings, helpers),
            is_over=reads.is_over(self.challenge),
            timeline=folded(lines_of(timeline[:40]))[:15],
            title=self.challenge.title,
            **extra,
        )


class EditChallenge(ChallengePage, WatchedFormPage):
    permission = Permission.EDIT_CHALLENGES
    template_name = "events/challenge_form.html"
    title = "Change challenge"
    form_class = ChallengeForm
    success_message = "Saved. Reminders follow a new date by themselves."
    field_names = {"starts_at": "day", "ends_at": "ends"}

    def prepare(self) -> None:
        super().prepare()
        self.row = self.challenge

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"challenge": self.challenge}

    def facts_now(self) -> dict[str, Any]:
        return ChallengeForm.initial_of(self.challenge)

    def act(self, form: ChallengeForm) -> str:
        self.refuse_stale(form)
        waited = self.challenge.waiting
        change_challenge(challenge=self.challenge, **form.facts(), by=self.request.user)
        moved_up = waited - GroupBooking.objects.filter(challenge=self.challenge).waiting().count()
        if moved_up > 0:
            self.success_message += f" Off the waiting list: {counted(moved_up, 'groups')}. Tell them."
        return self.challenge_url()


class SetState(ChallengePage, ActionView):
    permission = Permission.EDIT_CHALLENGES
    said = {
        Challenge.State.OPEN: "Booking is open: book the schools that come.",
        Challenge.State.CLOSED: "Booking is closed. Groups that are booked stay.",
        Challenge.State.HELD: "Noted as held.",
    }

    def act(self) -> str:
        self.success_message = self.said.get(self.kwargs["state"], "")
        set_challenge_state(challenge=self.challenge, state=self.kwargs["state"], by=self.request.user)
        return self.challenge_url()


class CancelChallenge(ChallengePage, ActionView):
    """Asks first."""

    permission = Permission.EDIT_CHALLENGES
    template_name = "web/confirm.html"
    http_method_names = ["get", "post"]
    success_message = "Cancelled. Reminders that were planned will not go."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=f"Cancel {self.challenge.title}?",
            question=f"Cancel {self.challenge.title}?",
            detail="Groups and volunteers stay on record. Tell the schools yourself: no mail goes out for this.",
            label="Cancel the challenge",
            look="danger",
            back_url=self.challenge_url(),
            **extra,
        )

    def act(self) -> str:
        set_challenge_state(challenge=self.challenge, state="cancelled", by=self.request.user)
        return self.challenge_url()


class AddCost(ChallengePage, FormPage):
    permission = Permission.EDIT_CHALLENGES
    template_name = "events/cost_form.html"
    title = "Record a cost"
    form_class = CostForm
    field_names = {"occurred_on": "spent_on"}
    success_message = "Recorded, and taken from the fund."

    def get_initial(self) -> dict[str, Any]:
        return {"key": uuid.uuid4()}

    def act(self, form: CostForm) -> str:
        facts = form.cleaned_data | {"key": str(form.cleaned_data["key"])}
        record_challenge_cost(challenge=self.challenge, **facts, by=self.request.user)
        return self.challenge_url()


class Encounters(ChallengePage):
    """A file for the schools' careers leaders."""

    permission = Permission.SEE_CHALLENGES

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        heads = ["School", "URN", "Day", "Challenge", "Year group", "Pupils", "Employers met", "Minutes"]
        rows = (
            [e.school, e.urn, e.day, e.challenge, e.year_group, e.pupils, e.employers, e.minutes]
            for e in reads.encounters(self.challenge)
        )
        return csv_response("encounters", heads, rows)
