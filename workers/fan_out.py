"""From recorded facts to deliveries: one row per fact and handler, made once, in the order of the facts."""

import uuid
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from crm.base.context import institute_context
from crm.outbox.causation import MAX_DEPTH
from crm.outbox.models import Delivery
from crm.outbox.payloads import understood_versions
from workers.handling import handlers_of

ENTRIES_AT_ONCE = 2000
CUT = f"Cut: link {MAX_DEPTH + 1} of a chain of facts that cause one another"

# Two fan-outs of one institute at once could make the delivery of a later fact before that of an earlier one.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fan_out'), hashtext(%s::text))"

# A fact that this code cannot read (unknown, or of a newer version) waits for code that can, and so do later facts
# about the same subject.
_READABLE = """
WITH known AS (SELECT * FROM unnest(%(types)s::text[], %(versions)s::int[]) AS known(type, version)),
blocked AS MATERIALIZED (
  SELECT e.subject_id, min(e.sequence) AS since FROM outbox_entry e
  WHERE e.institute_id = %(institute)s AND e.fanned_out_at IS NULL
    AND NOT EXISTS (SELECT FROM known k WHERE k.type = e.type AND e.version <= k.version)
  GROUP BY e.subject_id)
SELECT e.id, e.type, e.subject_id, e.sequence, e.depth
FROM outbox_entry e LEFT JOIN blocked b ON b.subject_id = e.subject_id AND b.since <= e.sequence
WHERE e.institute_id = %(institute)s AND e.fanned_out_at IS NULL AND b.subject_id IS NULL
ORDER BY e.sequence LIMIT %(limit)s
"""

_MARK = "UPDATE outbox_entry SET fanned_out_at = clock_timestamp() WHERE institute_id = %s AND id = ANY(%s)"


def fan_out(institute_id: uuid.UUID) -> int:
    """Make the deliveries of new facts of an institute. Returns how many facts were taken; safe to repeat."""
    with institute_context(institute_id), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [institute_id])
        versions = understood_versions()
        parameters = {"types": list(versions), "versions": list(versions.values())}
        cursor.execute(_READABLE, {"institute": institute_id, "limit": ENTRIES_AT_ONCE, **parameters})
        rows = cursor.fetchall()
        if not rows:
            return 0
        Delivery.objects.bulk_create((d for row in rows for d in _deliveries(*row)), ignore_conflicts=True)
        cursor.execute(_MARK, [institute_id, [row[0] for row in rows]])
        return len(rows)


def _deliveries(entry_id: uuid.UUID, event_type: str, subject_id: uuid.UUID, sequence: int, depth: int) -> list[Any]:
    cut = depth > MAX_DEPTH
    return [
        Delivery(
            entry_id=entry_id,
            handler=handler.name,
            sequence=sequence,
            subject_id=subject_id,
            not_before=Now(),  # the database's moment: this machine's clock may be wrong
            state=Delivery.State.PARKED if cut else Delivery.State.WAITING,
            last_error=CUT if cut else "",
        )
        for handler in handlers_of(event_type)
    ]
