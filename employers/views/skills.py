"""Whom employers look for."""

from typing import Any

from django.db.models import QuerySet

from crm.audit.edits import WatchedFormPage
from crm.core.views import ActionView
from crm.identity.roles import Permission
from employers.actions.skills import change_skills_need, close_skills_need, meet_skills_need, note_skills_need
from employers.forms.facts import CloseNeedForm, SkillsFilters, SkillsNeedForm
from employers.models import SkillsNeed
from employers.reads.facts import people_needed, skills_shown
from employers.views.facts import FactFormPage, FactList, FactMixin
from employers.views.records import EmployerMixin

FACTS = ("roles", "headcount", "level", "needed_by", "sector")


class SkillsList(FactList):
    """Whom employers look for, the soonest needed first."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/skills.html"
    title = "Skills needs"
    here = "employers:skills"
    filter_class = SkillsFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[SkillsNeed]:
        return skills_shown(self.request.user, filters)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        states = [("met", "Met"), ("closed", "Closed"), ("all", "All")]
        people = people_needed(self.get_queryset(extra["filters"]))
        return super().get_context(states=states, levels=SkillsNeed.Level.choices, people=people, **extra)


class NoteNeed(EmployerMixin, FactFormPage):
    """Whom the employer looks for."""

    permission = Permission.EDIT_EMPLOYERS
    form_class = SkillsNeedForm
    submit_label = "Note need"
    success_message = "Skills need noted."

    def heading(self) -> str:
        return f"Whom {self.employer.name} looks for"

    def get_initial(self) -> dict[str, Any]:
        return {"sector": self.employer.sector}

    def do(self, form: SkillsNeedForm) -> None:
        note_skills_need(employer=self.employer, by=self.request.user, **form.facts())


class _NeedMixin(FactMixin):
    permission = Permission.EDIT_EMPLOYERS

    def rows(self) -> QuerySet[SkillsNeed]:
        return SkillsNeed.objects.select_related("employer")

    def heading(self) -> str:
        return str(self.row)


class ChangeNeed(_NeedMixin, FactFormPage, WatchedFormPage):
    """Other figures; and the way to say that it is met or closed."""

    template_name = "employers/skills_need.html"
    form_class = SkillsNeedForm
    success_message = "Saved."

    def facts_now(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in FACTS}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(need=self.row, **extra)

    def do(self, form: SkillsNeedForm) -> None:
        self.refuse_stale(form)
        change_skills_need(need=self.row, by=self.request.user, **form.facts())


class MeetNeed(_NeedMixin, ActionView):
    """They found their people."""

    success_message = "Met."

    def act(self) -> str:
        meet_skills_need(need=self.row, by=self.request.user)
        return self.record_url()


class CloseNeed(_NeedMixin, FactFormPage):
    """They look no more."""

    form_class = CloseNeedForm
    submit_label = "Close it"
    success_message = "Closed."

    def do(self, form: CloseNeedForm) -> None:
        close_skills_need(need=self.row, reason=form.cleaned_data["reason"], by=self.request.user)
