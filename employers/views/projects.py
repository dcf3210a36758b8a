"""Live projects with a funder."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.core.views import ActionView, Page
from crm.identity.roles import Permission
from employers.actions.projects import add_project, change_project, join_project, leave_project
from employers.forms.facts import FUNDERS, JoinProjectForm, ProjectFilters, ProjectForm
from employers.models import LiveProject, ProjectEmployer
from employers.reads.facts import projects_shown
from employers.reads.network import shares_of_project
from employers.views.facts import FactFormPage, FactList
from employers.views.records import EmployerMixin

FACTS = ("title", "funder", "reference", "starts_on", "ends_on")


class ProjectList(FactList):
    """Every project known here."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/projects.html"
    title = "Live projects"
    here = "employers:projects"
    filter_class = ProjectFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[LiveProject]:
        return projects_shown(self.request.user, filters)


class JoinProject(EmployerMixin, FactFormPage):
    """The employer's part in a project, known here or new."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/project_form.html"
    form_class = JoinProjectForm
    submit_label = "Add project"
    success_message = "Project added."

    def heading(self) -> str:
        return f"A project with {self.employer.name}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.employer}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(funders=FUNDERS, **extra)

    def do(self, form: JoinProjectForm) -> None:
        project = form.cleaned_data.get("project") or add_project(by=self.request.user, **form.new_project())
        join_project(project=project, employer=self.employer, part=form.cleaned_data["part"], by=self.request.user)


class _ProjectMixin:
    """Loads the project of the address (`self.row`)."""

    row: LiveProject

    def prepare(self) -> None:
        self.row = get_object_or_404(projects_shown(self.request.user, {}), pk=self.kwargs["pk"])

    def project_url(self) -> str:
        return reverse("employers:project", args=[self.row.pk])


class Project(_ProjectMixin, Page):
    """Who takes part."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/project.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        shares = shares_of_project(self.row) if self.request.may(Permission.SEE_SHARES) else []
        return super().get_context(title=self.row.title, project=self.row, shares=shares, **extra)


class ChangeProject(_ProjectMixin, WatchedFormPage):
    """Its facts, and which other institutes are in it."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/project_form.html"
    form_class = ProjectForm
    success_message = "Saved."

    def facts_now(self) -> dict[str, Any]:
        others = sorted((each.other_id for each in self.row.other_institutes.all()), key=str)
        return {**{name: getattr(self.row, name) for name in FACTS}, "institutes": others}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=f"Edit {self.row.title}",
            submit_label="Save",
            back_url=self.project_url(),
            funders=FUNDERS,
            **extra,
        )

    def act(self, form: ProjectForm) -> str:
        self.refuse_stale(form)
        change_project(project=self.row, by=self.request.user, **form.facts())
        return self.project_url()


class LeaveProject(ActionView):
    """An employer takes part no more."""

    permission = Permission.EDIT_EMPLOYERS
    success_message = "Taken out of the project."
    part: ProjectEmployer

    def prepare(self) -> None:
        parts = ProjectEmployer.objects.visible_to(self.request.user).select_related("project", "employer")
        self.part = get_object_or_404(parts, pk=self.kwargs["pk"])

    def act(self) -> str:
        leave_project(project=self.part.project, employer=self.part.employer, by=self.request.user)
        return reverse("employers:project", args=[self.part.project_id])
