"""What of a person can be looked for in a text without finding somebody else."""

import re


def phrase(name: str) -> str:
    """A name of at least two words and five letters, with single spaces; "" for one too short to be told apart."""
    name = " ".join(name.split())
    return name if " " in name and len(name) >= 5 else ""


def phone_number(typed: str) -> str:
    """The number without its extension; "" when it has fewer digits than a number of the UK without its area."""
    number = re.split(r"\s*(?:x|ext)", typed, flags=re.IGNORECASE)[0].strip()
    return number if sum(c.isdigit() for c in number) >= 9 else ""
