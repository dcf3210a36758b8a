"""/metrics, in the text format of Prometheus: the findings of the health checks as numbers. No personal data.

Everything comes from PostgreSQL at the moment of the question, so any web process gives the same answer.
"""

import hmac
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from crm.core.health.checks import look_at_everything

LOOPBACK = {"127.0.0.1", "::1", ""}  # "" is a Unix socket
_PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def may_read_metrics(request: HttpRequest) -> bool:
    """A bearer of METRICS_TOKEN; without one set, a program on this machine that no proxy speaks for."""
    if settings.METRICS_TOKEN:
        given = request.META.get("HTTP_AUTHORIZATION", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    through_proxy = any(header in request.META for header in _PROXY_HEADERS)
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK and not through_proxy


def metrics_response(request: HttpRequest) -> HttpResponse:
    """The numbers, or 404 for whoever may not read them."""
    if not may_read_metrics(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def metrics_text() -> bytes:
    """One gauge for each check (0 fine, 1 look soon, 2 wrong) and one for each number that a check gives."""
    registry = CollectorRegistry()
    began = time.monotonic()
    results = look_at_everything()
    level = Gauge("anchorpoint_health", "0 fine, 1 look at it soon, 2 wrong", ["check"], registry=registry)
    for result in results:
        level.labels(result.check.name).set(result.finding.level)
        for name, value in result.finding.measures.items():
            Gauge(f"anchorpoint_{name}", f"From the check {result.check.name}", registry=registry).set(value)
    took = Gauge("anchorpoint_health_look_seconds", "How long this look took", registry=registry)
    took.set(round(time.monotonic() - began, 4))
    return generate_latest(registry)
