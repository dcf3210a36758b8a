"""What a report may be narrowed to: forms that are read from the query string, so that an address says it all.

The same form narrows the page, its files and the API, and says in words what it was asked, for the head of a document.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.text import slugify

from crm.base.clock import academic_year, financial_year, london_instant, today

YEARS_BACK = 8
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
MONTH_OF = {"academic": 8, "financial": 4}  # in which each kind of year begins


@dataclass(frozen=True)
class Period:
    """Days in London, both included; None on a side that is open."""

    since: dt.date | None = None
    until: dt.date | None = None

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None

    def days(self, field: str) -> Q:
        """That a date lies in it."""
        found = Q(**{f"{field}__gte": self.since}) if self.since else Q()
        return found & Q(**{f"{field}__lte": self.until}) if self.until else found

    def moments(self, field: str) -> Q:
        """That a moment lies in it, from the first midnight in London to the one after the last day."""
        found = Q(**{f"{field}__gte": london_instant(self.since, dt.time())}) if self.since else Q()
        if self.until is None:
            return found
        return found & Q(**{f"{field}__lt": london_instant(self.until + dt.timedelta(days=1), dt.time())})

    def words(self) -> str:
        """`1 August 2025 to 31 July 2026`, `from 1 August 2025`, `to 31 July 2026`."""
        since, until = (f"{day:%-d %B %Y}" if day else "" for day in (self.since, self.until))
        return f"{since} to {until}" if since and until else f"from {since}" if since else f"to {until}"


class ReportFilters(forms.Form):
    """Nothing to narrow: the base, and the form of a report that has no filters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = f"input {field.widget.attrs.get('class', '')}".strip()

    def words(self) -> list[tuple[str, str]]:
        """What was asked, as label and words. Of a valid form."""
        return [
            (str(self.fields[name].label or name.capitalize()), str(self.cleaned_data[name]))
            for name in self.fields
            if self.cleaned_data.get(name) and name not in self.told_together()
        ]

    def told_together(self) -> frozenset[str]:
        """Fields that `words` says in another way."""
        return frozenset()

    def query_string(self) -> str:
        """What was asked as a query string, without what was left empty; "" when nothing was."""
        asked = [(name, str(self.data.get(name, ""))) for name in self.fields]
        return urlencode([(name, value) for name, value in asked if value])

    def slug(self) -> str:
        """What was asked, for the name of a file: `-academic-2025-travel`."""
        return "".join(f"-{slugify(value)[:40]}" for _, value in self._for_the_name() if slugify(value))

    def _for_the_name(self) -> list[tuple[str, str]]:
        return self.words()


def _years() -> list[tuple[str, Any]]:
    this = today()
    days = [dt.date(this.year + 1 - back, this.month, 1) for back in range(YEARS_BACK)]
    groups = (("academic", "Academic year", academic_year), ("financial", "Financial year", financial_year))
    return [
        ("", "Any time"),
        *(
            (f"{label}s", [(f"{kind}-{named(day)[:4]}", f"{named(day)} {kind}") for day in days])
            for kind, label, named in groups
        ),
    ]


class Day(forms.DateField):
    """A day as the browser's date picker sends it."""

    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    default_validators = [
        MinValueValidator(FIRST, f"Enter a day from {FIRST.year} to {LAST.year}."),
        MaxValueValidator(LAST, f"Enter a day from {FIRST.year} to {LAST.year}."),
    ]


class PeriodFilters(ReportFilters):
    """From when to when: a year by name, or two days, or both, which means the days in that year."""

    year = forms.ChoiceField(required=False, label="Year")
    since = Day(required=False, label="From")
    until = Day(required=False, label="To")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = _years()

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if self.errors:
            return facts
        since, until = facts["since"], facts["until"]
        if since and until and since > until:
            raise forms.ValidationError({"until": "This is before the first day."})
        first, last = year_bounds(facts["year"]) if facts["year"] else (None, None)
        facts["period"] = Period(
            max(filter(None, (since, first)), default=None), min(filter(None, (until, last)), default=None)
        )
        if facts["year"] and facts["period"].since > facts["period"].until:
            raise forms.ValidationError({"year": "These days are not in that year. Leave one of them out."})
        return facts

    def told_together(self) -> frozenset[str]:
        return super().told_together() | {"year", "since", "until"}

    def words(self) -> list[tuple[str, str]]:
        period, year = self.cleaned_data["period"], self.cleaned_data["year"]
        if not period:
            return super().words()
        named = f"{self._label_of(year)}, " if year else ""
        return [("Period", named + period.words()), *super().words()]

    def _for_the_name(self) -> list[tuple[str, str]]:
        period, year = self.cleaned_data["period"], self.cleaned_data["year"]
        is_whole_year = year and (period.since, period.until) == year_bounds(year)
        days = [f"from-{period.since}" if period.since else "", f"to-{period.until}" if period.until else ""]
        said = [year] if is_whole_year else days
        return [("Period", " ".join(filter(None, said))), *super().words()]

    def _label_of(self, year: str) -> str:
        kind, start = year.split("-")
        named = {"academic": academic_year, "financial": financial_year}[kind]
        return f"{kind} year {named(dt.date(int(start), MONTH_OF[kind], 1))}"


def year_bounds(year: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of `academic-2025` or `financial-2025`."""
    kind, start = year.split("-")
    first = dt.date(int(start), MONTH_OF[kind], 1)
    return first, first.replace(year=first.year + 1) - dt.timedelta(days=1)
