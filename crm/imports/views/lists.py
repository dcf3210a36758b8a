"""Recent imports, and the beginning of a new one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from crm.base.errors import NotAllowed
from crm.core.views import FormPage, ListPage
from crm.identity.roles import Permission
from crm.imports.actions import start_import
from crm.imports.forms import StartForm
from crm.imports.reads import account, jobs_for, kinds_for


class Imports(ListPage):
    """Newest first, with what became of their rows."""

    permission = Permission.IMPORT_FILES
    template_name = "imports/list.html"
    title = "Imports"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        return jobs_for(self.request.may)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        labels = {kind.name: kind.label for kind in kinds_for(self.request.may)}
        for job in extra["page"].object_list:
            job.account, job.kind_label = account(job), labels[job.kind]
        return super().get_context(**extra)


class Start(FormPage):
    """Choose what the file holds and the file."""

    permission = Permission.IMPORT_FILES
    template_name = "imports/start.html"
    form_class = StartForm
    title = "Import a file"

    def get_initial(self) -> dict[str, Any]:
        return {"kind": self.request.GET["kind"]} if "kind" in self.request.GET else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"kinds": kinds_for(self.request.may)}

    def act(self, form: forms.Form) -> str:
        kind, file = form.cleaned_data["kind"], form.cleaned_data["file"]
        if kind not in [known.name for known in kinds_for(self.request.may)]:
            raise NotAllowed("You may not import these.", field="kind")
        job = start_import(kind=kind, file_name=file.name, content=file.chunks(), by=self.request.user)
        return reverse("imports:job", args=[job.pk])
