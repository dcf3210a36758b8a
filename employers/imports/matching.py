"""Which of our employers rows of a file are about, for many rows in a few queries.

An official number decides. A name that is the same to the letter decides where nothing speaks against it; what is only
alike suggests, and a person chooses.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from crm.base.names import plain
from employers.reads.duplicates import Candidate, Known, duplicates_of_rows, worth_a_look


@dataclass(frozen=True)
class Found:
    """The employer that is meant, or those that may be, with the reason."""

    employer_id: uuid.UUID | None = None
    candidates: tuple[tuple[uuid.UUID, str, str], ...] = ()  # id, name, reason


def find_employers(sought: Sequence[Known]) -> list[Found]:
    """An answer for each, in order."""
    return [_answer(one, found) for one, found in zip(sought, duplicates_of_rows(sought), strict=True)]


def _answer(one: Known, found: list[Candidate]) -> Found:
    certain = [candidate for candidate in found if candidate.is_certain]
    if certain:
        return Found(certain[0].employer.id)
    possible = [candidate for candidate in found if worth_a_look(candidate)]
    same = [candidate for candidate in possible if plain(candidate.employer.name) == plain(one.name)]
    if len(same) == 1 and not any(c.score == same[0].score for c in possible if c is not same[0]):
        return Found(same[0].employer.id)
    return Found(None, tuple((c.employer.id, c.employer.name, ", ".join(c.reasons)) for c in same or possible))
