"""What the health checks say, by name."""

from collections.abc import Callable

import pytest

from crm.core.health.checks import Finding, Look
from crm.core.registry import health_checks
from tests.mail.scripted_server import scripted_server

__all__ = ["scripted_server"]


@pytest.fixture
def found() -> Callable[..., Finding]:
    """`found("worker")`: what that check finds now; with `among`, in those institutes."""

    def look(name: str, among: list[object] | None = None) -> Finding:
        return health_checks[name]().look(Look(among))

    return look
