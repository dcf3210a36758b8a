"""What one does with an import."""

from urllib.parse import urlencode

from crm.imports import actions
from crm.imports.forms import ReadingForm, ShownForm
from crm.imports.models import ImportRow
from crm.imports.reads import likeness_of, place_after
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


class RowButton(ImportButton):
    """A button at a row of the check. Whoever goes through the rows stays where they were among them."""

    def prepare(self) -> None:
        super().prepare()
        asked = ShownForm(self.request.POST)
        self.shown = asked.cleaned_data["show"] if asked.is_valid() else ""
        self.likeness = likeness_of(self.job, self.shown, self.kwargs["number"])

    def back_url(self) -> str:
        """The list they came from, at this row or, where it is no longer among those shown, at the next."""
        place = place_after(self.job, self.shown, self.kwargs["number"], self.likeness) if self.shown else None
        if place is None:  # nothing of that sort is left: on to what is to be seen next
            return self.url()
        number, page = place
        return f"{self.url()}?{urlencode({'show': self.shown, 'page': page})}#row-{number}"

    def say(self, row: ImportRow) -> None:
        """What the row is now, because it may have gone from the list."""
        if row.verdict != ImportRow.Verdict.PROBLEM:
            self.success_message = f"Row {row.number}: {row.get_verdict_display()}"


class FixRow(RowButton):
    """Type over what is wrong in a row."""

    def act(self) -> str:
        sent = self.request.POST.items()
        values = {name.removeprefix(FIX): text for name, text in sent if name.startswith(FIX)}
        self.say(actions.fix_row(job=self.job, number=self.kwargs["number"], values=values, by=self.request.user))
        return self.back_url()


class ChooseForRow(RowButton):
    """Say what a row is that may be a duplicate."""

    def act(self) -> str:
        choice = self.request.POST.get("choice", "")[:40]
        number = self.kwargs["number"]
        self.say(actions.choose_for_row(job=self.job, number=number, choice=choice, by=self.request.user))
        return self.back_url()


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
