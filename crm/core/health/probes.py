"""Three addresses for machines: /healthz, is this process alive; /readyz, may it be sent visitors; /metrics.

They answer before anything else looks at the request, because a load balancer knows no host name, no TLS and no
institute. The first two say which part fails and never why. The broker is no part of it: pages work without it.
"""

from collections.abc import Callable

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from crm.base.role_check import role_faults
from crm.core.health.metrics import metrics_response


class HealthMiddleware:
    """Outermost. What cannot change for the worse while a process runs is looked at until it is right, then never."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._right: set[str] = set()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return _plain("alive", 200)
        if request.path == "/readyz":
            failing = self.failing_part()
            return _plain(f"{failing} not ready" if failing else "ready", 503 if failing else 200)
        if request.path == "/metrics":
            return metrics_response(request)
        return self.get_response(request)

    def failing_part(self) -> str | None:
        """The name of the first part that is not ready, or None."""
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT 1")
            for part, is_right in {"role": _role_is_right, "migrations": _is_migrated}.items():
                if part not in self._right and not is_right():
                    return part
                self._right.add(part)
        except DatabaseError:
            connections["default"].close()
            return "database"
        return None


def _role_is_right() -> bool:
    return not role_faults()


def _is_migrated() -> bool:
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
