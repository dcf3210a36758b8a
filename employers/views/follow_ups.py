"""Next steps: add, done, another day, somebody else, let go."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.base.clock import today
from crm.base.errors import DomainError
from crm.core.views import ActionView, FormPage, ListPage
from crm.identity.roles import Permission
from employers.actions import (
    add_follow_up,
    complete_follow_up,
    drop_follow_up,
    reassign_follow_up,
    snooze_follow_up,
)
from employers.forms import DropForm, FollowUpForm, NextStepForm
from employers.models import FollowUp
from employers.reads.next_steps import VIEWS, next_steps_in, with_hand_to
from employers.reads.people import colleagues
from employers.views.records import EmployerMixin

A_WEEK = dt.timedelta(days=7)


class NextSteps(ListPage):
    """The lists of which My day says the numbers."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/next_steps.html"
    title = "Next steps"

    @property
    def view_name(self) -> str:
        """Which of the lists; what is not understood is the first."""
        asked = self.request.GET.get("view", "")
        return asked if asked in VIEWS else "due"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[FollowUp]:
        return next_steps_in(self.request.user, self.view_name)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        address = reverse("employers:next_steps")
        tabs = [
            {"label": label, "url": f"{address}?view={view}", "current": view == self.view_name}
            for view, label in VIEWS.items()
        ]
        steps = with_hand_to(extra["page"].object_list, self.request.user)
        return super().get_context(tabs=tabs, steps=steps, **extra)


class AddFollowUp(EmployerMixin, FormPage):
    """A next step that no conversation led to."""

    permission = Permission.LOG_ENGAGEMENTS
    template_name = "employers/form_page.html"
    form_class = NextStepForm
    success_message = "Next step added."

    def get_initial(self) -> dict[str, Any]:
        return {"owner": self.request.user.pk}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title = f"Next step with {self.employer.name}"
        return super().get_context(title=title, submit_label="Add next step", **extra)

    def act(self, form: NextStepForm) -> str:
        add_follow_up(employer=self.employer, by=self.request.user, **form.cleaned_data)
        return self.record_url()


class FollowUpMixin:
    """Loads a next step, and knows where it is shown."""

    permission = Permission.LOG_ENGAGEMENTS
    follow_up: FollowUp

    def prepare(self) -> None:
        follow_ups = FollowUp.objects.visible_to(self.request.user).select_related("employer", "owner")
        self.follow_up = get_object_or_404(follow_ups, pk=self.kwargs["pk"])

    def record_url(self) -> str:
        employer = self.follow_up.employer_id
        return reverse("employers:record", args=[employer]) if employer else reverse("home")


class _FollowUpPage(FollowUpMixin):
    """Base of a form about one next step."""

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=self.follow_up.title,
            follow_up=self.follow_up,
            employer=self.follow_up.employer,
            back_url=self.record_url(),
            **{"submit_label": "Save", **extra},
        )


class ChangeFollowUp(_FollowUpPage, WatchedFormPage):
    """Another day, or another owner."""

    template_name = "employers/follow_up.html"
    form_class = FollowUpForm
    success_message = "Saved."

    def prepare(self) -> None:
        super().prepare()
        self.row = self.follow_up

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"follow_up": self.follow_up}

    def facts_now(self) -> dict[str, Any]:
        return {"due_on": self.follow_up.due_on, "owner": self.follow_up.owner_id}

    def act(self, form: FollowUpForm) -> str:
        self.refuse_stale(form)
        if form.cleaned_data["due_on"] != self.follow_up.due_on:
            snooze_follow_up(follow_up=self.follow_up, due_on=form.cleaned_data["due_on"], by=self.request.user)
        if form.cleaned_data["owner"] != self.follow_up.owner:
            reassign_follow_up(follow_up=self.follow_up, owner=form.cleaned_data["owner"], by=self.request.user)
        return self.record_url()


class DropFollowUp(_FollowUpPage, FormPage):
    """Let a next step go, saying why."""

    template_name = "employers/form_page.html"
    form_class = DropForm
    success_message = "Next step dropped."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label="Drop it", **extra)

    def act(self, form: DropForm) -> str:
        drop_follow_up(follow_up=self.follow_up, reason=form.cleaned_data["reason"], by=self.request.user)
        return self.record_url()


class CompleteFollowUp(FollowUpMixin, ActionView):
    """Done."""

    success_message = "Done."

    def act(self) -> str:
        complete_follow_up(follow_up=self.follow_up, by=self.request.user)
        return self.back_url()


class HandOverFollowUp(FollowUpMixin, ActionView):
    """Give it to a colleague."""

    def act(self) -> str:
        asked = self.request.POST.get("owner", "")
        owner = next((colleague for colleague in colleagues() if str(colleague.pk) == asked), None)
        if owner is None:
            raise DomainError("Choose a colleague who works with employers here.")
        reassign_follow_up(follow_up=self.follow_up, owner=owner, by=self.request.user)
        self.success_message = f"Handed to {owner.name}."
        return self.back_url()


class SnoozeFollowUp(FollowUpMixin, ActionView):
    """A week later than today or than it was due, whichever is later."""

    success_message = "Moved by a week."

    def act(self) -> str:
        later = max(self.follow_up.due_on, today()) + A_WEEK
        snooze_follow_up(follow_up=self.follow_up, due_on=later, by=self.request.user)
        return self.back_url()
