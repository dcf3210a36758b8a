"""What pages about one import share."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.registry import import_kinds
from crm.core.views import ActionView, Page
from crm.identity.roles import Permission
from crm.imports.models import ImportJob
from crm.imports.reads import jobs_for


class OneImport(Page):
    """Loads an import of a kind that the person may import; any other is not found."""

    permission = Permission.IMPORT_FILES

    def prepare(self) -> None:
        self.job: ImportJob = get_object_or_404(jobs_for(self.request.may), pk=self.kwargs["pk"])
        self.kind = import_kinds[self.job.kind]

    def url(self) -> str:
        """The page of the import."""
        return reverse("imports:job", args=[self.job.pk])


class ImportButton(OneImport, ActionView):
    """A button on the page of an import, where a refusal is shown too."""

    def back_url(self) -> str:
        return self.url()
