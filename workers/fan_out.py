"""From recorded facts to deliveries: one row per fact and handler, made once, in the order of the facts."""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.outbox.causation import MAX_DEPTH
from crm.outbox.models import Delivery
from crm.outbox.payloads import understood_versions
from workers.handling import Handler, handlers_of

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

# Numbered in their order under the lock that is held until commit, so positions of an institute rise with what can be
# seen of it: who has read up to one misses nothing below it.
_MARK = """
UPDATE outbox_entry e SET fanned_out_at = clock_timestamp(), position = numbered.position
FROM (SELECT id, nextval('outbox_feed_position') AS position
      FROM (SELECT id FROM unnest(%s::uuid[]) WITH ORDINALITY AS new(id, place) ORDER BY place) AS in_order) AS numbered
WHERE e.institute_id = %s AND e.id = numbered.id
"""

# Moments are the database's: this machine's clock may be wrong.
_DELIVER = """
INSERT INTO outbox_delivery
  (id, institute_id, entry_id, handler, sequence, subject_id, state, last_error, attempts, not_before, owner)
SELECT new.*, 0, now(), '' FROM unnest(
  %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::bigint[], %s::uuid[], %s::text[], %s::text[]) AS new
ON CONFLICT (institute_id, entry_id, handler) DO NOTHING
"""


class Made(NamedTuple):
    """How many facts were taken, and for which kinds of handlers there are deliveries now."""

    facts: int = 0
    together: bool = False
    alone: bool = False


def fan_out(institute_id: uuid.UUID) -> Made:
    """Make the deliveries of new facts of an institute, in a transaction; safe to repeat."""
    with institute_context(institute_id):
        return fan_out_here(institute_id)


def fan_out_here(institute_id: uuid.UUID) -> Made:
    """The same in the transaction of the institute's context, which may then claim some of them before it ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [institute_id])
        versions = understood_versions()
        parameters = {"types": list(versions), "versions": list(versions.values())}
        cursor.execute(_READABLE, {"institute": institute_id, "limit": ENTRIES_AT_ONCE, **parameters})
        rows = cursor.fetchall()
        reacting = {event_type: handlers_of(event_type) for event_type in {row[1] for row in rows}}
        deliveries = [delivery for row in rows for delivery in _deliveries(institute_id, reacting[row[1]], *row)]
        if deliveries:
            cursor.execute(_DELIVER, [list(column) for column in zip(*deliveries, strict=True)])
        if rows:
            cursor.execute(_MARK, [[row[0] for row in rows], institute_id])
    kinds = {handler.alone for handlers in reacting.values() for handler in handlers}
    return Made(len(rows), together=False in kinds, alone=True in kinds)


def _deliveries(
    institute_id: uuid.UUID,
    handlers: list[Handler],
    entry_id: uuid.UUID,
    event_type: str,
    subject_id: uuid.UUID,
    sequence: int,
    depth: int,
) -> Iterator[tuple[object, ...]]:
    state, error = (Delivery.State.PARKED, CUT) if depth > MAX_DEPTH else (Delivery.State.WAITING, "")
    for handler in handlers:
        yield new_id(), institute_id, entry_id, handler.name, sequence, subject_id, state.value, error
