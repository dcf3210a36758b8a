"""Files with a record: hand one in, save one, remove one."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from crm.core.files import LARGEST, TAKEN, attachment
from crm.core.views import ListPage, Page
from crm.identity.roles import Permission
from employers.actions.files import keep_file, remove_file
from employers.forms.facts import FileForm, RemoveFileForm
from employers.models import RecordFile
from employers.reads.facts import files_shown
from employers.views.facts import FactFormPage, FactMixin
from employers.views.records import EmployerMixin


class FileList(EmployerMixin, ListPage):
    """Every file of the record, and what was removed."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/files.html"
    title = "Files"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[RecordFile]:
        return files_shown(self.request.user, {"employer": self.employer.pk})


class AddFile(EmployerMixin, FactFormPage):
    """A file comes in. It is read whole, and refused before that if it is too large."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/file_form.html"
    form_class = FileForm
    submit_label = "Add file"
    success_message = "File added."

    def heading(self) -> str:
        return f"A file for {self.employer.name}"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(taken=TAKEN, most_megabytes=LARGEST // 1024 // 1024, **extra)

    def do(self, form: FileForm) -> None:
        file = form.cleaned_data["file"]
        data = file.read(LARGEST + 1)  # one more than may be is enough to refuse it
        keep_file(employer=self.employer, name=file.name, data=data, by=self.request.user)


class _FileMixin(FactMixin):
    def rows(self) -> QuerySet[RecordFile]:
        return RecordFile.objects.select_related("employer")


class SaveFile(_FileMixin, Page):
    """The file, to save and never to show in the browser."""

    permission = Permission.SEE_EMPLOYERS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        content = self.row.contents.first()
        if content is None:  # removed
            raise Http404
        return attachment(self.row.name, self.row.kind, bytes(content.data))


class RemoveFile(_FileMixin, FactFormPage):
    """Its content goes for good, with the reason."""

    permission = Permission.EDIT_EMPLOYERS
    form_class = RemoveFileForm
    submit_label = "Remove it for good"
    success_message = "File removed."

    def heading(self) -> str:
        return f"Remove {self.row.name}"

    def do(self, form: RemoveFileForm) -> None:
        remove_file(file=self.row, reason=form.cleaned_data["reason"], by=self.request.user)
