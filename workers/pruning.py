"""Removes what has been done for a month. What waits for a person stays, however old."""

import uuid

from django.db import connection

KEEP_DAYS = 30

_OLD = """
SELECT e.id FROM outbox_entry e
WHERE e.institute_id = %s AND e.fanned_out_at < now() - make_interval(days => %s)
  AND NOT EXISTS (
    SELECT FROM outbox_delivery d WHERE d.institute_id = e.institute_id AND d.entry_id = e.id
      AND (d.state NOT IN ('done', 'dropped') OR d.finished_at > now() - make_interval(days => %s)))
ORDER BY e.sequence LIMIT 10000
"""


def prune_outbox(institute_id: uuid.UUID) -> int:
    """Delete old entries whose deliveries are all long finished, with those deliveries. Returns how many entries.

    At most ten thousand a run. Call it in the institute's context. Timeline lines are kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OLD, [institute_id, KEEP_DAYS, KEEP_DAYS])
        old = [row[0] for row in cursor.fetchall()]
        for table, column in (("outbox_delivery", "entry_id"), ("outbox_entry", "id")):
            cursor.execute(
                f"DELETE FROM {table} WHERE institute_id = %s AND {column} = ANY(%s)",  # noqa: S608
                [institute_id, old],
            )
    return len(old)
