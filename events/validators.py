"""What a challenge's texts and headcounts may hold."""

import re
from typing import Any

from crm.base.errors import Conflict, DomainError

_DATE = r"\d{1,2}[/.-]\d{1,2}[/.-](?:20)?(?:0[5-9]|1\d)"  # dates a school-child may be born on
_NAME = r"[A-Z][a-z]+ [A-Z][a-z'’-]+"
_NAME_AND_BIRTH = re.compile(rf"\b{_NAME}\b[^.\n]{{0,20}}\b{_DATE}\b|\b{_DATE}\b[^.\n]{{0,20}}\b{_NAME}\b")
_SAYS_BIRTH = re.compile(r"\bdate of birth\b|\bd\.?o\.?b\b", re.IGNORECASE)
MAX_PUPILS = 400


def refuse_pupil_details(text: str, *, field: str) -> str:
    """The text unchanged, or DomainError when it looks like a child's name with a date of birth."""
    if _NAME_AND_BIRTH.search(text) or _SAYS_BIRTH.search(text):
        raise DomainError(
            "This looks like a pupil's name or date of birth. Write numbers of pupils only; keep names at the school.",
            field=field,
        )
    return text


def adults_needed(pupils: int, pupils_per_adult: int) -> int:
    """How many adults a group of so many pupils brings: one for every begun `pupils_per_adult`."""
    return -(-pupils // pupils_per_adult)


def check_may_be_asked(contact: Any) -> None:
    """Raise DomainError at `contact` for a person who has left or was erased: nothing reaches them there."""
    if not contact.may_be_asked:
        raise DomainError(f"{contact.name} is not there any more. Choose somebody else.", field="contact")


def check_somebody_came(challenge: Any) -> None:
    """Raise Conflict unless somebody can have come by now: the day was reached and not cancelled."""
    if challenge.state == "cancelled":
        raise Conflict("This challenge was cancelled, so nobody came.")
    if not challenge.is_day_or_later:
        raise Conflict(f"The day has not come yet: it is {challenge.day:%-d %B %Y}.")


def check_group(*, pupils: int, adults: int, pupils_per_adult: int, counts: dict[str, int]) -> None:
    """Enough adults for the pupils, and no need counted more often than there are pupils."""
    if not 1 <= pupils <= MAX_PUPILS:
        raise DomainError(f"Enter a number of pupils from 1 to {MAX_PUPILS}.", field="pupils")
    needed = adults_needed(pupils, pupils_per_adult)
    if adults < needed:
        raise DomainError(
            f"{pupils} pupils need at least {needed} adults (one for every {pupils_per_adult}). Add adults or bring"
            " fewer pupils.",
            field="adults",
        )
    for name, count in counts.items():
        if not 0 <= count <= pupils:
            raise DomainError(f"Enter a number from 0 to {pupils}: the group has {pupils} pupils.", field=name)
