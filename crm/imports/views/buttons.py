"""What one does with an import."""

from crm.imports import actions
from crm.imports.forms import ReadingForm
from crm.imports.views.base import ImportButton

FIX = "fix-"  # before the name of a field that is typed over


class ReadOtherwise(ImportButton):
    """Read the file in another way than detected."""

    def act(self) -> str:
        form = ReadingForm(self.request.POST, job=self.job)
        wanted = form.cleaned_data if form.is_valid() else {}
        said = {name: value for name, value in wanted.items() if value}
        actions.read_otherwise(job=self.job, wanted=said, by=self.request.user)
        return self.url()


class FixRow(ImportButton):
    """Type over what is wrong in a row."""

    def act(self) -> str:
        sent = self.request.POST.items()
        values = {name.removeprefix(FIX): text for name, text in sent if name.startswith(FIX)}
        actions.fix_row(job=self.job, number=self.kwargs["number"], values=values, by=self.request.user)
        return self.back_url()

    def back_url(self) -> str:
        return f"{self.url()}?show=problem"


class ChooseForRow(ImportButton):
    """Say what a row is that may be a duplicate."""

    def act(self) -> str:
        choice = self.request.POST.get("choice", "")[:40]
        actions.choose_for_row(job=self.job, number=self.kwargs["number"], choice=choice, by=self.request.user)
        return self.back_url()

    def back_url(self) -> str:
        return f"{self.url()}?show=duplicate"


class MatchAgain(ImportButton):
    """Back to the columns."""

    def act(self) -> str:
        actions.read_otherwise(job=self.job, wanted=dict(self.job.reading), by=self.request.user)
        return self.url()


class Apply(ImportButton):
    """Import the rows."""

    def act(self) -> str:
        actions.apply_import(job=self.job, by=self.request.user)
        return self.url()


class Resume(ImportButton):
    """Go on after a failure."""

    def act(self) -> str:
        actions.resume_import(job=self.job, by=self.request.user)
        return self.url()


class Undo(ImportButton):
    """Take the import back."""

    def act(self) -> str:
        actions.undo_import(job=self.job, by=self.request.user)
        return self.url()


class Drop(ImportButton):
    """Give the file up."""

    success_message = "The file is forgotten. Nothing was imported."

    def act(self) -> str:
        actions.drop_import(job=self.job, by=self.request.user)
        return self.url()
