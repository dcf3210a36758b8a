"""The page of an import, which is another in each of its states."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from crm.core.downloads import csv_response
from crm.core.views import FormPage, ListPage
from crm.imports.actions import UNDO_DAYS, check_import
from crm.imports.forms import ENCODINGS, SEPARATORS, MatchForm, ReadingForm, ShownForm
from crm.imports.models import ImportJob, ImportRow
from crm.imports.reads import DONE_STATES, PERHAPS, ROWS_ON_A_PAGE, account, progress, rows_shown
from crm.imports.views.base import OneImport
from crm.imports.work import AT_WORK

State, Verdict, Outcome = ImportJob.State, ImportRow.Verdict, ImportRow.Outcome
STOP_POLLING = 286  # htmx asks no more after this status
TO_SEE_FIRST = (Verdict.PROBLEM, Verdict.DUPLICATE, Verdict.UPDATE, Verdict.NEW, Verdict.UNCHANGED)
CHECK_TABS = [*Verdict.choices[:1], (PERHAPS, "New, perhaps known"), *Verdict.choices[1:]]
STEPS = {State.UPLOADED: 2, State.FAILED: 2, State.CHECKING: 3, State.CHECKED: 3, State.DROPPED: 3}


class Job(OneImport, ListPage):
    """Columns to match, work under way, rows to check, or what became of them."""

    filter_class = ShownForm
    per_page = ROWS_ON_A_PAGE

    @property
    def title(self) -> str:
        return self.job.file_name

    @property
    def check_title(self) -> str:
        """`Check 226 rows before importing`."""
        rows = "row" if self.job.total_rows == 1 else "rows"
        return f"Check {self.job.total_rows:,} {rows} before importing"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.job.state in AT_WORK:
            self.template_name = "imports/working.html"
            return self.render(self.get_context(**progress_of(self.job)))
        if self.job.state in (State.UPLOADED, State.FAILED) and not self.job.applied_at:
            self.template_name = "imports/match.html"
            return self.render(self.get_context(**match_context(self.job, MatchForm(job=self.job))))
        self.template_name = "imports/rows.html"
        return super().get(request, *args, **kwargs)

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        return rows_shown(self.job, self._chosen(filters))

    def _chosen(self, filters: dict[str, Any]) -> str:
        """The rows asked for; else those that need somebody, if any do."""
        known = Outcome.values if self.job.state in DONE_STATES else [*Verdict.values, PERHAPS]
        if filters.get("show") in known:
            return filters["show"]
        if self.job.state in DONE_STATES:
            return ""
        found = self.job.tally.get("verdicts", {})
        return next((verdict for verdict in TO_SEE_FIRST if found.get(verdict)), "")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        facts = {"job": self.job, "kind": self.kind, "step": STEPS.get(self.job.state, 4), "undo_days": UNDO_DAYS}
        if "page" in extra:
            facts |= self._rows_context(extra)
        return super().get_context(**facts, **extra)

    def _rows_context(self, extra: dict[str, Any]) -> dict[str, Any]:
        chosen, found = self._chosen(extra["filters"]), account(self.job)
        is_done = self.job.state in DONE_STATES
        tabs = self._tabs(chosen, Outcome.choices if is_done else CHECK_TABS)
        for row in extra["page"].object_list:
            _prepare(row, self.kind, self.job)
        to_write = found["created"] + found["updated"]
        shown = {"chosen": chosen, "all_shown": not chosen, "is_done": is_done}
        return {"account": found, "tabs": tabs, "to_write": to_write, **shown}

    def _tabs(self, chosen: str, choices: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """Each sort of rows of which there are some."""
        is_done = self.job.state in DONE_STATES
        counted = dict(self.job.tally.get("outcomes" if is_done else "verdicts", {}))
        counted[PERHAPS] = self.job.tally.get(PERHAPS, 0)
        return [
            {"label": label, "url": f"?show={name}", "current": name == chosen, "count": counted[name]}
            for name, label in choices
            if counted.get(name)
        ]


def _prepare(row: ImportRow, kind: Any, job: ImportJob) -> None:
    """What the template shows of a row: its name, its changes by label, its faults with the text to mend."""
    labels = {field.name: field.label for field in kind.fields}
    main = kind.fields[0].name
    position = job.columns.get(main, 0)
    row.shown_name = row.facts.get(main) or (row.cells[position] if position < len(row.cells) else "")
    row.shown_changes = [(labels[name], old, new) for name, (old, new) in row.changes.items()]
    row.mendable = [fault for fault in row.faults if fault["field"]]
    row.perhaps = [candidate for candidate in row.candidates if candidate.get("perhaps")]
    asks = len(row.candidates) > len(row.perhaps)
    row.says_nothing = not any((row.faults, row.changes, asks, row.repeats, row.notes, row.remark))
    row.has_target = row.target_id and (row.outcome or row.verdict not in (Verdict.NEW, Verdict.DUPLICATE))


def match_context(job: ImportJob, form: MatchForm) -> dict[str, Any]:
    """What the page that matches columns shows."""
    reading = job.reading
    detected = {"xlsx": "Excel workbook", "ods": "OpenDocument spreadsheet"}.get(reading.get("format"), "")
    if reading.get("format") == "csv":
        encoding = ENCODINGS.get(reading["encoding"].removesuffix("-sig"), reading["encoding"])
        detected = f"CSV, {encoding}, columns between {SEPARATORS[reading['separator']].lower()}s"
    return {"form": form, "reading_form": ReadingForm(job=job), "detected": detected}


def progress_of(job: ImportJob) -> dict[str, Any]:
    """How far the work is."""
    done, total = progress(job)
    return {"done": done, "total": total}


class Match(OneImport, FormPage):
    """Take the columns as they were matched."""

    template_name = "imports/match.html"
    form_class = MatchForm
    title = "Match columns"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"job": self.job}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        facts = match_context(self.job, extra["form"])
        return super().get_context(job=self.job, kind=self.kind, step=2, **facts)

    @property
    def field_names(self) -> dict[str, str]:
        return {field.name: f"column-{field.name}" for field in self.kind.fields}

    def act(self, form: MatchForm) -> str:
        check_import(job=self.job, columns=form.columns(), by=self.request.user, **form.said())
        return self.url()


class Progress(OneImport):
    """How far it is, asked each second; the last answer ends the asking and shows the page anew."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context(job=self.job, kind=self.kind, **progress_of(self.job))
        if self.job.state in AT_WORK:
            return TemplateResponse(request, "imports/working.html#progress", context)
        response = TemplateResponse(request, "imports/working.html#done", context, status=STOP_POLLING)
        response["HX-Redirect"] = self.url()
        return response


class Rejected(OneImport):
    """The rows that are not imported, as they were in the file, with the reason of each."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_done = self.job.state in DONE_STATES
        which = {"outcome": Outcome.REJECTED} if is_done else {"verdict__in": [Verdict.PROBLEM, Verdict.DUPLICATE]}
        rows = ImportRow.objects.filter(job=self.job, **which).order_by("number").iterator(chunk_size=1000)
        width = len(self.job.headers)
        lines = ([*(row.cells + [""] * width)[:width], row.number, reason_of(row)] for row in rows)
        return csv_response(f"not-imported-{self.job.pk}", [*self.job.headers, "Row", "Reason"], lines)


def reason_of(row: ImportRow) -> str:
    """Why a row is not imported, in a sentence or two."""
    faults = [f"{fault['label']}: {fault['reason']}" for fault in row.faults]
    alike = [f"May be {candidate['name']} ({candidate['reason']})." for candidate in row.candidates]
    return " ".join(faults or alike) if row.verdict in (Verdict.PROBLEM, Verdict.DUPLICATE) else row.remark
