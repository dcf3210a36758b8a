"""Which of our employers rows of a file are about, for many rows in a few queries.

An official number decides. A name that is the same to the letter decides where nothing speaks against it; what is very
like it asks, and a person chooses. What is less like it, but shares more than what a firm does, is only named beside
the row, and nobody has to answer.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from crm.base.names import match_key, plain
from employers.models import Employer, NameKey
from employers.reads.duplicates import MAX_NAME, SIMILAR_NAME, Candidate, Known, duplicates_of_rows
from employers.reads.worth import is_very_alike, worth_a_look, worth_a_mention

COMPARED_AT_ONCE = 400
VERY_SIMILAR_NAME = "very similar name"


@dataclass(frozen=True)
class Told:
    """An employer that may be meant, and why; `likeness` of the names, from 0 to 1."""

    id: uuid.UUID
    name: str
    reason: str
    likeness: float


@dataclass(frozen=True)
class Found:
    """The employer that is meant, or those that may be, with the reason; else the one that perhaps is."""

    employer_id: uuid.UUID | None = None
    candidates: tuple[Told, ...] = ()
    perhaps: tuple[Told, ...] = ()  # one of those at most, and never beside candidates


def find_employers(sought: Sequence[Known]) -> list[Found]:
    """An answer for each, in order.

    Numbers and names that are the same are looked up; only what is left is compared with every name, which takes longer
    than all else, some hundred at a time.
    """
    numbers, names = _by_number(sought), _by_name(sought)
    answers = [_known_at_once(one, numbers, names) for one in sought]
    left = [place for place, answer in enumerate(answers) if answer is None]
    for start in range(0, len(left), COMPARED_AT_ONCE):
        places = left[start : start + COMPARED_AT_ONCE]
        found = duplicates_of_rows([sought[place] for place in places])
        for place, candidates in zip(places, found, strict=True):
            answers[place] = _answer(sought[place], candidates)
    return answers


def _by_number(sought: Sequence[Known]) -> dict[str, uuid.UUID]:
    linked = Employer.objects.filter(organisation__company_number__in={one.company_number for one in sought} - {""})
    return dict(linked.values_list("organisation__company_number", "id"))


def _by_name(sought: Sequence[Known]) -> dict[str, list[tuple[uuid.UUID, str, str]]]:
    """Employers whose present name has the same key: id, name, company number."""
    keys = {match_key(one.name)[:MAX_NAME] for one in sought}
    rows = NameKey.objects.filter(key__in=keys, kind=NameKey.Kind.CURRENT, employer__merged_into=None)
    found: dict[str, list[tuple[uuid.UUID, str, str]]] = defaultdict(list)
    for key, *known in rows.values_list("key", "employer_id", "name", "employer__organisation__company_number"):
        found[key].append((known[0], known[1], known[2] or ""))
    return found


def _known_at_once(
    one: Known, numbers: dict[str, uuid.UUID], names: dict[str, list[tuple[uuid.UUID, str, str]]]
) -> Found | None:
    if one.company_number in numbers:
        return Found(numbers[one.company_number])
    alike = names.get(match_key(one.name)[:MAX_NAME], [])
    if len(alike) == 1 and plain(alike[0][1]) == plain(one.name) and not (one.company_number and alike[0][2]):
        return Found(alike[0][0])
    return None


def _answer(one: Known, found: list[Candidate]) -> Found:
    certain = [candidate for candidate in found if candidate.is_certain]
    if certain:
        return Found(certain[0].employer.id)
    possible = [candidate for candidate in found if worth_a_look(candidate)]
    same = [candidate for candidate in possible if plain(candidate.employer.name) == plain(one.name)]
    if len(same) == 1 and not any(c.score == same[0].score for c in possible if c is not same[0]):
        return Found(same[0].employer.id)
    if same or possible:
        return Found(candidates=tuple(_told(candidate, candidate.reasons) for candidate in same or possible))
    mentioned = [candidate for candidate in found if worth_a_mention(candidate)][:1]
    return Found(perhaps=tuple(_told(candidate, _how_alike(candidate)) for candidate in mentioned))


def _told(candidate: Candidate, reasons: Sequence[str]) -> Told:
    employer = candidate.employer
    return Told(employer.id, employer.name, ", ".join(reasons), round(candidate.score, 3))


def _how_alike(candidate: Candidate) -> list[str]:
    """The reasons, so that those with the likeliest names are told from the others at a glance."""
    very = VERY_SIMILAR_NAME if is_very_alike(candidate) else SIMILAR_NAME
    return [very if reason == SIMILAR_NAME else reason for reason in candidate.reasons]
