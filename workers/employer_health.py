"""Work out every relationship that is due, batch by batch, each in a transaction of its own."""

import time
import uuid

from crm.base.context import institute_context
from crm.outbox.wake import wake_after_commit
from employers.rollups import refresh_due_health

SECONDS = 20


def refresh_all_due(institute_id: uuid.UUID, *, seconds: float = SECONDS) -> int:
    """Returns how many were worked out. When the time is over before the work, asks for one more run."""
    ends, done, more = time.monotonic() + seconds, 0, 1
    while more and time.monotonic() < ends:
        with institute_context(institute_id):
            more = refresh_due_health()
            done += more
    if more:
        with institute_context(institute_id):
            wake_after_commit("workers.refresh_health", institute_id)
    return done
