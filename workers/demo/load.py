"""Loads the demo in steps; each adds only what is missing, so a second run changes nothing."""

from collections.abc import Callable, Iterator

from workers.demo.bursaries import load_bursaries
from workers.demo.contributions import load_contributions
from workers.demo.conversations import load_conversations
from workers.demo.duplicates import load_duplicates
from workers.demo.figures import load_figures
from workers.demo.lists import load_lists
from workers.demo.network import load_network
from workers.demo.partnership import load_partnership
from workers.demo.people import load_people
from workers.demo.season import load_season
from workers.demo.sharing import load_sharing
from workers.demo.sponsorship import load_sponsorship

STEPS: list[tuple[str, Callable[[], None]]] = [
    ("21 institutes, their partners and the employers they name in public", load_network),
    ("the demo's people", load_people),
    ("one sponsorship for two institutes over three years", load_sponsorship),
    ("bursaries awarded and paid", load_bursaries),
    ("contributions in kind", load_contributions),
    ("a challenge season", load_season),
    ("conversations and next steps", load_conversations),
    ("employers added twice, and a spreadsheet that waits to be mended", load_duplicates),
    ("what employers are filtered by", load_lists),
    ("promises, seats, curriculum input, skills needs and projects", load_partnership),
    ("what institutes share of a sponsor", load_sharing),
    ("the figures that institutes publish", load_figures),
]


def load_demo() -> Iterator[str]:
    """Run every step, yielding its name when it is done."""
    for name, step in STEPS:
        step()
        yield f"Loaded {name}."
