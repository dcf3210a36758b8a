"""What an erasure cannot decide: texts in which a first name or a surname stands alone, and files."""

import datetime as dt
import re
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet

from crm.base.clock import LONDON
from crm.core.personal_data import Person, TextAbout
from crm.core.registry import personal_data
from crm.core.together import read_together
from employers.models import Contact, Employer, RecordFile
from employers.validators.words import lone_names, phrase

MOST = 200  # of one kind of text: beyond that a name is a word of the language, or the employer's own
_AROUND = 70  # letters shown on either side


@dataclass(frozen=True)
class Doubt:
    """A text near an employer of theirs that says one word of their name. Only a person can tell whom it means."""

    key: str  # sent back by whoever ticks it
    where: str
    before: str
    word: str
    after: str
    about: TextAbout
    row_id: uuid.UUID


def employers_of(person: Person) -> list[uuid.UUID]:
    """Where they are or were."""
    rows = Contact.objects.filter(pk__in=person.contact_ids, employer__isnull=False).order_by("id")
    return list(dict.fromkeys(rows.values_list("employer_id", flat=True)))


def doubts_about(person: Person, *, name_is_swept: bool) -> list[Doubt]:
    """Texts for a person to judge, kind by kind, the latest first.

    `name_is_swept`: the whole name goes from all texts anyway, so only what else is left is shown.
    """
    names = lone_names(person.names)
    if not names:
        return []
    employers = dict(Employer.objects.filter(pk__in=employers_of(person)).values_list("pk", "name"))
    lone = pattern(names)
    whole = _whole(person) if name_is_swept else None
    rows = read_together({about: _near(about, employers, lone) for about in _texts()})
    found = (doubt for about in _texts() for doubt in _in_one_column(about, rows[about], employers, lone, whole))
    return list(found)


def pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Any of the words by itself."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)


def files_near(person: Person) -> list[RecordFile]:
    """Files with the records of where they are or were, the oldest first."""
    kept = RecordFile.objects.kept().filter(employer__in=employers_of(person))
    return list(kept.select_related("employer").order_by("id"))


@cache
def _texts() -> tuple[TextAbout, ...]:
    return tuple(about for kind in personal_data for about in kind.texts)


def _near(about: TextAbout, employers: Collection[uuid.UUID], lone: re.Pattern[str]) -> QuerySet:
    """Rows of one kind that say one of the words about one of the employers."""
    said = {f"{about.employer}__in": employers, f"{about.field}__iregex": _as_the_database(lone)}
    return about.model._default_manager.filter(**said).order_by("-id")[:MOST]


def _in_one_column(
    about: TextAbout,
    rows: Sequence[Model],
    employers: dict[uuid.UUID, str],
    lone: re.Pattern[str],
    whole: re.Pattern[str] | None,
) -> Iterator[Doubt]:
    for row in rows:
        text = getattr(row, about.field)
        left = whole.sub(lambda found: " " * len(found[0]), text) if whole else text
        if found := lone.search(left):
            yield _shown(about, row, text, found, employers)


def _shown(about: TextAbout, row: Model, text: str, found: re.Match[str], employers: dict[uuid.UUID, str]) -> Doubt:
    start, end = found.span()
    employer_id = row.pk if about.employer == "pk" else getattr(row, f"{about.employer}_id")
    words = [about.label, _day(getattr(row, about.dated) if about.dated else None), employers[employer_id]]
    return Doubt(
        key=f"{about.model._meta.label_lower}.{about.field}.{row.pk}",
        where=", ".join(filter(None, words)),
        before=("…" if start > _AROUND else "") + text[max(0, start - _AROUND) : start],
        word=text[start:end],
        after=text[end : end + _AROUND] + ("…" if end + _AROUND < len(text) else ""),
        about=about,
        row_id=row.pk,
    )


def _day(value: Any) -> str:
    if isinstance(value, dt.datetime):
        value = value.astimezone(LONDON).date()
    return f"{value:%-d %b %Y}" if value else ""


def _whole(person: Person) -> re.Pattern[str] | None:
    names = [name for each in person.names if (name := phrase(each))]
    said = [r"\s+".join(map(re.escape, name.split())) for name in names]
    return re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.IGNORECASE) if said else None


def _as_the_database(lone: re.Pattern[str]) -> str:
    return lone.pattern.replace("(?<!\\w)", r"\m").replace("(?!\\w)", r"\M")
