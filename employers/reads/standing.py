"""How things stand with an employer, in one word and one colour."""

from dataclasses import dataclass

from employers.models import Employer

_TONES = {"prospect": "info", "in_conversation": "info", "active": "ok"}


@dataclass(frozen=True)
class Standing:
    """What the list and the record page say, and the tone they say it in."""

    label: str
    tone: str
    is_quiet: bool


def standing(employer: Employer) -> Standing:
    """Going quiet, by the same rule as the tab of that name, else the stage. Takes one of `with_quiet()`."""
    if employer.is_quiet:
        return Standing("Going quiet", "bad", True)
    return Standing(Employer.Stage(employer.stage).label, _TONES.get(employer.stage, ""), False)
