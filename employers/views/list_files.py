"""What the filter shows, as a file to take away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from crm.base.clock import now, today
from crm.base.errors import OverLimit
from crm.core.documents import Document, Section
from crm.core.downloads import xlsx_response
from crm.core.reports import AT_ONCE
from crm.core.streaming import streamed_csv
from crm.core.views import Page
from crm.identity.roles import Permission
from employers.forms import EmployerFilters
from employers.reads.employer_list import employers_shown
from employers.reads.list_columns import columns_asked, in_file


class _ListFile(Page):
    """The same employers in the same order as on the page, all of them, with the columns shown there."""

    permission = Permission.SEE_REPORTS

    def prepare(self) -> None:
        """Taking a list away needs its own right beside that to see employers."""
        if not self.request.may(Permission.SEE_EMPLOYERS):
            raise PermissionDenied

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = EmployerFilters(request.GET)
        if (
            not form.is_valid()
        ):  # the page drops such filters and says what it shows; a file must not hold more than asked
            messages.error(request, "This list cannot be downloaded: a filter in its address is not understood.")
            return HttpResponseRedirect(reverse("employers:list"))
        names = request.GET.getlist("col") or request.COOKIES.get("columns", "").split(".")
        heads, rows = in_file(columns_asked(names), employers_shown(request.user, form.cleaned_data))
        try:
            return self.file(heads, rows)
        except OverLimit as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(f"{reverse('employers:list')}?{request.GET.urlencode()}")

    def file(self, heads: Any, rows: Any) -> HttpResponseBase:
        raise NotImplementedError

    def file_name(self) -> str:
        return f"employers-{self.request.institute.code}-{today():%Y-%m-%d}"


class ListCsv(_ListFile):
    def file(self, heads: Any, rows: Any) -> HttpResponseBase:
        return streamed_csv(self.file_name(), heads, rows)


class ListXlsx(_ListFile):
    def file(self, heads: Any, rows: Any) -> HttpResponseBase:
        document = Document(
            name=self.file_name(),
            title="Employers",
            owner=self.request.institute.name,
            as_of=now(),
            sections=[Section("", heads, rows.iterator(AT_ONCE))],
        )
        return xlsx_response(document)
