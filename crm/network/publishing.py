"""Count inside an institute, write the numbers into the Network. Nothing but numbers crosses over."""

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from crm.base.clock import now
from crm.base.context import NETWORK_ID, institute_context
from crm.core.figures import Figure
from crm.core.registry import network_figures
from crm.network.models import NetworkFigure

# Two publishers of one institute at once could leave the older count in place of the newer.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('network_figures'), hashtext(%s::text))"


def publish(institute_id: uuid.UUID) -> int:
    """Bring the Network's figures about an institute up to date. Returns how many rows were written or removed.

    One transaction. The same numbers again write nothing, so it may run at any time and any number of times.
    """
    if institute_id == NETWORK_ID:
        return 0
    with institute_context(institute_id):
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME, [institute_id])
        counted = {figure.name: (figure, value) for figure, value in _publishable()}
        with institute_context(NETWORK_ID):
            return _write(institute_id, counted)


def _publishable() -> Iterator[tuple[type[Figure], int]]:
    """Each figure with its value, without small numbers of learners."""
    for figure in network_figures:
        value = figure().value()
        if not (figure.concerns_learners and value < settings.DISCLOSURE_THRESHOLD):
            yield figure, value


def _write(institute_id: uuid.UUID, counted: dict[str, tuple[type[Figure], int]]) -> int:
    known = {row.name: row for row in NetworkFigure.objects.filter(about_institute=institute_id)}
    moment = now()
    changed = [
        NetworkFigure(
            about_institute_id=institute_id,
            name=name,
            version=figure.version,
            unit=figure.unit,
            value=value,
            as_of=moment,
        )
        for name, (figure, value) in counted.items()
        if name not in known or (known[name].version, known[name].value) != (figure.version, value)
    ]
    gone = [row.pk for name, row in known.items() if name not in counted]
    if changed:
        NetworkFigure.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["institute", "about_institute", "name"],
            update_fields=["version", "unit", "value", "as_of"],
        )
    if gone:
        NetworkFigure.objects.filter(pk__in=gone).delete()
    return len(changed) + len(gone)
