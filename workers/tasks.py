"""Every Celery task: take an institute's id, call one function; nothing else."""

import uuid

from workers import pruning, relay
from workers.shapes import enumerator, tenant_bound
from workers.ticks import forget_old_ticks


@tenant_bound("workers.drain_outbox", one_transaction=False)
def drain_outbox(institute_id: uuid.UUID) -> None:
    """Hand the institute's recorded facts to their handlers. Woken by each commit that records one."""
    relay.drain(institute_id)


@enumerator("workers.find_outbox_work", kind="outbox", starts=drain_outbox, every=5)
def find_outbox_work() -> None:
    """Find what a lost wake-up left behind, and what is due again after an error."""


@tenant_bound("workers.prune_outbox")
def prune_outbox(institute_id: uuid.UUID) -> None:
    """Remove what has been done for a month."""
    pruning.prune_outbox(institute_id)


@enumerator("workers.find_old_outbox_rows", kind="outbox_prune", starts=prune_outbox, every=24 * 60 * 60)
def find_old_outbox_rows() -> None:
    """Once a day; the ticks themselves grow old as well."""
    forget_old_ticks()
