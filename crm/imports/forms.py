"""Forms of the import pages."""

from typing import Any

from django import forms

from crm.core.registry import import_kinds
from crm.imports.models import ImportJob

ENCODINGS = {"utf-8": "Unicode (UTF-8)", "cp1252": "Windows (1252)", "utf-16": "Unicode (UTF-16)"}
SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar |"}


class StartForm(forms.Form):
    """What the file holds, and the file."""

    kind = forms.ChoiceField(label="What the file holds", widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        help_text="Excel (.xlsx), OpenDocument (.ods) or CSV, at most 50 MB and 200,000 rows. Nothing is saved yet.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods,.txt,.tsv"}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )

    def __init__(self, *args: Any, kinds: list[type], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in kinds]
        self.initial.setdefault("kind", kinds[0].name if kinds else "")


class MatchForm(forms.Form):
    """Which column holds what, and whose list it is."""

    source = forms.CharField(
        label="Source",
        max_length=80,
        required=False,
        help_text="A name for where this list comes from, if it comes again. A source overwrites what it said itself.",
    )
    as_of = forms.DateField(
        label="State of",
        required=False,
        help_text="The day whose state the file shows; today if empty. An older file changes nothing newer.",
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    is_snapshot = forms.BooleanField(
        label="This is the whole list of the source",
        required=False,
        help_text="What it no longer lists is marked. Nothing is deleted.",
    )
    overwrites = forms.BooleanField(
        label="Replace what we have with what the file says",
        required=False,
        help_text="Otherwise only empty facts are filled, and what the source itself had said is brought up to date.",
    )

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job, self.kind = job, import_kinds[job.kind]
        for field in self.kind.fields:
            self.fields[f"column-{field.name}"] = forms.TypedChoiceField(
                label=field.label,
                choices=[("", "Not in this file"), *self._columns()],
                coerce=int,
                empty_value=None,
                required=field.is_needed and not any(self._has_column(part) for part in field.parts),
                help_text=field.hint,
                initial=job.columns.get(field.name, ""),
                error_messages={"required": f"Say which column holds: {field.label.lower()}."},
            )
        for name in ("source", "as_of", "is_snapshot", "overwrites"):
            self.initial.setdefault(name, getattr(job, name))

    def _columns(self) -> list[tuple[int, str]]:
        """Each column by its name, with its first values."""
        shown = []
        for position, header in enumerate(self.job.headers):
            cells = [row[position].strip() for row in self.job.sample if position < len(row)]
            seen = ", ".join(dict.fromkeys(cell[:30] for cell in cells if cell))
            shown.append((position, f"{header}: {seen[:60]}" if seen else header))
        return shown

    def matched(self) -> list[Any]:
        """Fields that have a column, and those that need one."""
        return [bound for bound in self._bound() if bound.value() not in ("", None) or bound.field.required]

    def others(self) -> list[Any]:
        """Fields that have none yet."""
        return [bound for bound in self._bound() if bound.value() in ("", None) and not bound.field.required]

    def _has_column(self, name: str) -> bool:
        """As sent, else as proposed."""
        return bool(self.data.get(f"column-{name}")) if self.is_bound else name in self.job.columns

    def _bound(self) -> list[Any]:
        return [self[f"column-{field.name}"] for field in self.kind.fields]

    def columns(self) -> dict[str, int]:
        """The columns chosen, by field."""
        chosen = {field.name: self.cleaned_data[f"column-{field.name}"] for field in self.kind.fields}
        return {name: position for name, position in chosen.items() if position is not None}

    def said(self) -> dict[str, Any]:
        """What was said of the file as a whole."""
        names = ("source", "as_of", "is_snapshot", "overwrites")
        return {name: self.cleaned_data[name] for name in names}


class ReadingForm(forms.Form):
    """How the file is read, where what was detected is wrong."""

    header_row = forms.IntegerField(label="Row with the column names", min_value=1, max_value=50, required=False)

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reading = job.reading
        self.initial.setdefault("header_row", reading.get("header_row"))
        if reading.get("format") == "csv":
            self.fields["encoding"] = _choice("Characters", ENCODINGS, reading["encoding"].removesuffix("-sig"))
            self.fields["separator"] = _choice("Between columns", SEPARATORS, reading["separator"])
        if len(reading.get("sheets", [])) > 1:
            self.fields["sheet"] = _choice("Sheet", {name: name for name in reading["sheets"]}, reading["sheet"])


def _choice(label: str, choices: dict[str, str], initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices.items()), initial=initial, required=False)


class ShownForm(forms.Form):
    """Which rows are shown."""

    show = forms.CharField(required=False, max_length=10)
