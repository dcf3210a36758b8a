"""What employers change in courses."""

from typing import Any

from django.db.models import QuerySet

from crm.audit.edits import WatchedFormPage
from crm.identity.roles import Permission
from employers.actions.curriculum import (
    adopt_curriculum_input,
    change_curriculum_input,
    decline_curriculum_input,
    propose_curriculum_input,
)
from employers.forms.facts import AdoptForm, CurriculumFilters, CurriculumForm, DeclineForm
from employers.models import CurriculumInput
from employers.reads.facts import curriculum_shown
from employers.views.facts import FactFormPage, FactList, FactMixin
from employers.views.records import EmployerMixin


class CurriculumList(FactList):
    """What employers asked to change, and what came of it."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/curriculum.html"
    title = "Curriculum input"
    here = "employers:curriculum"
    filter_class = CurriculumFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[CurriculumInput]:
        return curriculum_shown(self.request.user, filters)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(states=CurriculumInput.State.choices, **extra)


class ProposeInput(EmployerMixin, FactFormPage):
    """What the employer has just asked for."""

    permission = Permission.EDIT_EMPLOYERS
    form_class = CurriculumForm
    submit_label = "Note proposal"
    success_message = "Proposal noted."

    def heading(self) -> str:
        return f"What {self.employer.name} would change in a course"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.employer}

    def do(self, form: CurriculumForm) -> None:
        propose_curriculum_input(employer=self.employer, by=self.request.user, **form.facts())


class _InputMixin(FactMixin):
    permission = Permission.EDIT_EMPLOYERS

    def rows(self) -> QuerySet[CurriculumInput]:
        return CurriculumInput.objects.select_related("employer", "engagement", "decided_by")

    def heading(self) -> str:
        return self.row.course


class ChangeInput(_InputMixin, FactFormPage, WatchedFormPage):
    """Other words; and the way to adopt or decline it."""

    template_name = "employers/curriculum_input.html"
    form_class = CurriculumForm
    success_message = "Saved."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.employer}

    def facts_now(self) -> dict[str, Any]:
        row = self.row
        facts = {name: getattr(row, name) for name in ("course", "what_changed", "proposed_on", "evidence")}
        return {**facts, "engagement": row.engagement_id}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(asked=self.row, **extra)

    def do(self, form: CurriculumForm) -> None:
        self.refuse_stale(form)
        change_curriculum_input(asked=self.row, by=self.request.user, **form.facts())


class AdoptInput(_InputMixin, FactFormPage):
    """The course was changed."""

    form_class = AdoptForm
    submit_label = "Adopt"
    success_message = "Adopted."

    def get_initial(self) -> dict[str, Any]:
        return {"evidence": self.row.evidence}

    def do(self, form: AdoptForm) -> None:
        adopt_curriculum_input(asked=self.row, by=self.request.user, **form.cleaned_data)


class DeclineInput(_InputMixin, FactFormPage):
    """The course stays as it is."""

    form_class = DeclineForm
    submit_label = "Decline"
    success_message = "Declined."

    def do(self, form: DeclineForm) -> None:
        decline_curriculum_input(asked=self.row, by=self.request.user, **form.cleaned_data)
