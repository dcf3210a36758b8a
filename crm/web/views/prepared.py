"""The page of a file that a worker makes: how far it is, and then the file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from crm.core.files import attachment
from crm.core.models import PreparedFile
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web.prepared import report_asked_for

STOP_POLLING = 286  # htmx asks no more after this status


class _OneFile(Page):
    """Base of what is asked about one file (`self.file`): for whoever may see its report (`self.report`)."""

    permission = Permission.SEE_REPORTS
    template_name = "web/preparing.html"

    def prepare(self) -> None:
        rows = PreparedFile.objects.visible_to(self.request.user).defer("content")
        self.file = get_object_or_404(rows, pk=self.kwargs["pk"])
        report = report_asked_for(self.file)
        if report is None:
            raise Http404
        if not self.request.may(report.permission):
            raise PermissionDenied
        self.report = report
        self.title = report.title

    @property
    def step(self) -> int:
        """How far it is, of three; 0 when it failed."""
        state = PreparedFile.State
        return {state.WAITING: 1, state.WORKING: 2, state.READY: 3}.get(self.file.state, 0)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        asked = f"?{self.file.asked}" if self.file.asked else ""
        name = [self.report.name]
        page_url, again_url = reverse("report", args=name) + asked, reverse("report_pdf", args=name) + asked
        narrowed = self.report.narrowed() if self.report.is_answerable else []
        urls = {"report_url": page_url, "again_url": again_url}
        return super().get_context(file=self.file, report=self.report, narrowed=narrowed, **urls, **extra)


class ShowFile(_OneFile):
    """How far it is, or where to get it."""


class FileProgress(_OneFile):
    """Asked each second; the last answer ends the asking and shows the page anew."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.file.is_open:
            return TemplateResponse(request, "web/preparing.html#progress", self.get_context())
        response = HttpResponse(status=STOP_POLLING)
        response["HX-Redirect"] = reverse("prepared_file", args=[self.file.pk])
        return response


class DownloadFile(_OneFile):
    """The file itself."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.file.state != PreparedFile.State.READY:
            raise Http404
        return attachment(self.file.file_name, "pdf", bytes(self.file.content))
