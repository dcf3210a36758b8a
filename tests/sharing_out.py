"""How the tests are shared out among processes: a file goes to one of them whole, the slowest first.

What a file builds once is then built once, and what takes longest does not begin last. Within a file the order is
random.
"""

from collections.abc import Generator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ONE_SITE = "tests/faults/live/"  # all its files share what takes longest to start
_SLOWEST_FIRST = (
    ONE_SITE,
    "tests/faults/",
    "tests/infra/test_up.py",
    "tests/journeys/",
    "tests/health/test_real_faults.py",
    "tests/architecture/",
    "tests/employers/test_browser.py",
    "tests/infra/",
    "tests/workers/",
)
_AS_WRITTEN = "tests/infra/test_up.py"  # the tests that end what all of it shares stand last


class _ByFile(LoadScopeScheduling):
    """What goes to one process together."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_SITE if nodeid.startswith(ONE_SITE) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """In place of --dist's own."""
    return _ByFile(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Sort once pytest-randomly has shuffled."""
    yield
    items.sort(key=_turn)
    written = iter(sorted((item for item in items if _is_as_written(item)), key=lambda item: item.location[1]))
    items[:] = [next(written) if _is_as_written(item) else item for item in items]


def _turn(item: pytest.Item) -> int:
    places = (place for place, start in enumerate(_SLOWEST_FIRST) if item.nodeid.startswith(start))
    return next(places, len(_SLOWEST_FIRST))


def _is_as_written(item: pytest.Item) -> bool:
    return item.nodeid.startswith(_AS_WRITTEN)
