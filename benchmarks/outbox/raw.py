"""The limit: a loop on bare psycopg, without ORM, Celery, leases, order or errors. Started by benchmarks.outbox.

Takes a hundred rows off a queue table, and inserts the handler's row for each in a savepoint, in one transaction.
"""

import os
import time

import psycopg

MAKE_QUEUE = "CREATE TABLE IF NOT EXISTS benchmark_queue (institute_id uuid, thing_id uuid)"
_TAKE = """
DELETE FROM benchmark_queue WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM benchmark_queue FOR UPDATE SKIP LOCKED LIMIT 100)) RETURNING institute_id, thing_id
"""
_CONTEXT = "SELECT set_config('app.institutes', '{' || %s || '}', true), set_config('app.acting', %s, true)"
_HANDLE = """
INSERT INTO outbox_timelineitem
  (id, institute_id, subject_type, subject_id, happened_at, kind, text, actor_name, sums_as, entry_id)
VALUES (gen_random_uuid(), %s, 'benchmarks.thing', %s, clock_timestamp(), 'handled', 'handled', '', '', %s)
"""


def take_a_batch(connection: psycopg.Connection) -> int:
    """Handle up to a hundred rows. How many there were."""
    with connection.transaction():
        rows = connection.execute(_TAKE).fetchall()
        for institute, thing in rows:
            connection.execute(_CONTEXT, [str(institute), str(institute)])
            with connection.transaction():
                connection.execute(_HANDLE, [institute, thing, thing])
    return len(rows)


def main() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        while True:
            if not take_a_batch(connection):
                time.sleep(0.01)


if __name__ == "__main__":
    main()
