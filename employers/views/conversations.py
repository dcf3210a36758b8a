"""Logging a conversation from anywhere."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.clock import today
from crm.base.errors import DomainError
from crm.core.views import FormPage, Page
from crm.identity.roles import Permission
from employers.actions import log_engagement
from employers.domain_events import day
from employers.forms import LogForm
from employers.models import Employer, Engagement
from employers.reads.choosing import find_employers
from employers.validators import clean_line, parse_next_step


class LogConversation(FormPage):
    """Who, how, what; and what comes next. `?employer=` names the employer, else it is searched for."""

    permission = Permission.LOG_ENGAGEMENTS
    template_name = "employers/log.html"
    title = "Log a conversation"
    form_class = LogForm
    employer: Employer | None = None

    def prepare(self) -> None:
        wanted = self.request.POST.get("employer") or self.request.GET.get("employer")
        if wanted:
            self.employer = get_object_or_404(Employer.objects.visible_to(self.request.user), pk=_id(wanted))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user, "employer": self.employer}

    def get_form(self, data: Any = None, files: Any = None) -> LogForm:
        form = super().get_form(data, files)
        if self.employer and data is None:
            form.fields["summary"].widget.attrs["autofocus"] = "autofocus"
        return form

    def get_initial(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        return {
            "kind": kind if kind in Engagement.Kind.values else Engagement.Kind.CALL,
            "happened_on": today(),
            "employer": self.employer.pk if self.employer else None,
        }

    def get_context(self, **extra: Any) -> dict[str, Any]:
        back = reverse("employers:record", args=[self.employer.pk]) if self.employer else reverse("employers:list")
        return super().get_context(employer=self.employer, back_url=back, **extra)

    def act(self, form: LogForm) -> str:
        step = form.parsed_next_step()
        engagement = log_engagement(
            employer=form.cleaned_data["chosen"],
            kind=form.cleaned_data["kind"],
            summary=form.cleaned_data["summary"],
            happened_at=form.moment(),
            minutes=form.cleaned_data["minutes"],
            contacts=form.cleaned_data["contacts"],
            next_step=step,
            next_step_owner=form.cleaned_data["next_step_owner"],
            by=self.request.user,
        )
        said = f"{engagement.get_kind_display()} with {engagement.employer.name} logged."
        messages.success(self.request, f"{said} Next step due {day(step.due_on)}." if step else said)
        return reverse("employers:record", args=[engagement.employer_id])


class ChooseEmployer(Page):
    """The employers that what was typed may mean, as radio buttons."""

    permission = Permission.LOG_ENGAGEMENTS
    template_name = "employers/choices.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        typed = self.request.GET.get("who", "")
        choices = find_employers(typed, user=self.request.user)
        return super().get_context(choices=choices, typed=typed, while_typing=True, **extra)


class NextStepPreview(Page):
    """How a next step is read, before it is saved."""

    permission = Permission.LOG_ENGAGEMENTS
    template_name = "employers/next_step.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        step, trouble = None, ""
        try:
            words = clean_line(self.request.GET.get("next_step", ""), field="next_step")
            step = parse_next_step(words, today=today())
        except DomainError as refusal:
            trouble = refusal.message
        is_past = bool(step and step.due_on < today())
        return super().get_context(step=step, is_past=is_past, trouble=trouble, **extra)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
