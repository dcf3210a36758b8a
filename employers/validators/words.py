"""What of a person can be looked for in a text without finding somebody else."""

import re
from collections.abc import Iterable

_TITLES = frozenset("mr mrs ms miss mx dr prof professor sir dame lord lady rev obe mbe cbe phd".split())


def phrase(name: str) -> str:
    """A name of at least two words and five letters, with single spaces; "" for one too short to be told apart."""
    name = " ".join(name.split())
    return name if " " in name and len(name) >= 5 else ""


def lone_names(names: Iterable[str]) -> list[str]:
    """The first and the last word of each name, once each: what colleagues call somebody for short.

    Without titles, initials and words of one letter.
    """
    found: dict[str, str] = {}
    for name in names:
        words = [
            word for word in name.split() if word.casefold().rstrip(".") not in _TITLES and len(word.strip(".")) > 1
        ]
        for word in (words[0], words[-1]) if words else ():
            found.setdefault(word.casefold(), word)
    return list(found.values())


def phone_number(typed: str) -> str:
    """The number without its extension; "" when it has fewer digits than a number of the UK without its area."""
    number = re.split(r"\s*(?:x|ext)", typed, flags=re.IGNORECASE)[0].strip()
    return number if sum(c.isdigit() for c in number) >= 9 else ""
