"""The record page of an employer, and what is changed from it."""

import uuid
from dataclasses import replace
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from crm.audit.edits import WatchedFormPage
from crm.core.registry import composers
from crm.core.views import ActionView, FormPage, Moved, Page
from crm.identity.roles import Permission
from crm.web.shell import composed
from crm.web.timeline import Line
from employers.actions import change_employer, change_stage, link_organisation
from employers.forms import EmployerForm, LinkForm, LogForm
from employers.forms.employers import FACTS
from employers.models import Contact, Employer
from employers.reads.record import of_record
from employers.reads.redirects import known_as, left_of
from employers.reads.standing import standing
from employers.reads.timeline import FILTERS, Mark, filters_for, page_of_timeline


class EmployerMixin:
    """Loads the employer of the address."""

    employer: Employer

    def prepare(self) -> None:
        employers = Employer.objects.visible_to(self.request.user).with_quiet()
        employers = employers.select_related("organisation", "owner", "tier")
        try:
            self.employer = employers.get(pk=self.kwargs["pk"])
        except Employer.DoesNotExist:
            raise self._moved_or_unknown() from None

    def _moved_or_unknown(self) -> Exception:
        """Another institute's employer and none at all give the same answer; one that was merged leads on for ever."""
        left = left_of([self.kwargs["pk"]])[self.kwargs["pk"]]
        if left == self.kwargs["pk"]:
            return Http404()
        url = reverse(self.request.resolver_match.view_name, kwargs={**self.kwargs, "pk": left})
        query = self.request.META.get("QUERY_STRING", "")
        return Moved(f"{url}?{query}" if query else url)

    def record_url(self) -> str:
        return reverse("employers:record", args=[self.employer.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(employer=self.employer, back_url=self.record_url(), **extra)


class EmployerRecord(EmployerMixin, Page):
    """Where the institute stands with one employer: log above, what happened below, facts and people beside."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/record.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        shown = of_record(self.employer)
        return super().get_context(
            title=self.employer.name,
            standing=standing(self.employer),
            people=shown.people,
            follow_ups=shown.steps,
            tags=shown.tags,
            stages=list(Employer.Stage),
            **self._composer(shown.people),
            **self._timeline(known_as(self.employer, shown.merged)),
            **extra,
        )

    def _composer(self, people: list[Contact]) -> dict[str, Any]:
        """The form on top: a conversation, or what `?compose=` names of the other apps."""
        others = [one for one in composers if one.slot == "employer" and self.request.may(one.permission)]
        offered = {"composers": [(one.name, one.label) for one in others]}
        asked = self.request.GET.get("compose", "")
        chosen = next((one for one in others if one.name == asked), None)
        if chosen:
            values = {"subject": self.employer, **chosen().context(self.request, self.employer)}
            return {**offered, "composing": chosen.name, "composer": composed(self.request, chosen, values)}
        form = LogForm(user=self.request.user, employer=self.employer, people=people, initial={"kind": "call"})
        return {**offered, "composing": "", "form": form}

    def _timeline(self, names: list[uuid.UUID]) -> dict[str, Any]:
        only, before = self.request.GET.get("only", ""), Mark.read(self.request.GET.get("before", ""))
        only = only if only in FILTERS else ""
        page = page_of_timeline(self.employer, may=self.request.may, only=only, before=before, names=names)
        lines = [self._linked(line) for line in page.lines]
        older = urlencode({"only": only, "before": page.older}) if page.older else ""
        shown = {"happenings": lines, "older": older, "is_newest": before is None}
        return {**shown, "only": only, "timeline_filters": filters_for(self.request.may).items()}

    def _linked(self, line: Line) -> Line:
        """A message leads to its page."""
        if line.message_id is None:
            return line
        return replace(line, url=reverse("mail:message", args=[line.message_id]))


class EditEmployer(EmployerMixin, WatchedFormPage):
    """All the facts of an employer."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/form_page.html"
    form_class = EmployerForm
    success_message = "Saved."

    def prepare(self) -> None:
        super().prepare()
        self.row = self.employer

    def facts_now(self) -> dict[str, Any]:
        return {name: getattr(self.employer, name) for name in FACTS}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.employer}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=f"Edit {self.employer.name}", submit_label="Save", **extra)

    def act(self, form: EmployerForm) -> str:
        self.refuse_stale(form)
        change_employer(employer=self.employer, by=self.request.user, **form.facts())
        return self.record_url()


class LinkEmployer(EmployerMixin, FormPage):
    """Which legal entity this employer is."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/form_page.html"
    form_class = LinkForm
    success_message = "Linked to the register."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title = f"Link {self.employer.name} to its company"
        return super().get_context(title=title, submit_label="Link", **extra)

    def act(self, form: LinkForm) -> str:
        link_organisation(employer=self.employer, by=self.request.user, **form.cleaned_data)
        return self.record_url()


class ChangeStage(EmployerMixin, ActionView):
    """Move to another stage."""

    permission = Permission.EDIT_EMPLOYERS
    success_message = "Stage changed."

    def act(self) -> str:
        change_stage(employer=self.employer, stage=self.request.POST.get("stage", ""), by=self.request.user)
        return self.record_url()
