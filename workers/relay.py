"""Hands recorded facts to their handlers: fan out, claim, handle, until nothing is due.

Claims are committed first. Then up to a hundred events share a transaction of at most a quarter of a second, each in
a savepoint with its own "done" mark, so that what a handler wrote and that it has run are one fact. A failure costs
its own savepoint; a commit that fails is treated like a crash, and its events go one by one.
"""

import logging
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import connection, transaction

from crm.base.context import institute_context, tell_request_id
from crm.base.errors import DomainError
from crm.base.request_id import current_request_id, set_request_id
from crm.base.transactions import check_constraints_now
from crm.core.freeze import is_frozen
from crm.outbox.causation import caused_by
from crm.outbox.models import Entry
from crm.outbox.payloads import restore
from workers.claims import (
    Claim,
    Due,
    LeaseLost,
    claim_due,
    claim_left_behind,
    give_back,
    look,
    mark_done,
    mark_failed,
    park,
)
from workers.fan_out import fan_out
from workers.handling import handler_called
from workers.task_base import where

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 30
Lane = tuple[str, uuid.UUID]

CRASHED = "The worker ended without a word on every attempt"


def drain(institute_id: uuid.UUID, *, seconds: float = DRAIN_SECONDS) -> int:
    """Work until nothing is due or the time is over. Returns how many deliveries were taken up.

    Any number of these may run at once. Raises only when the database goes away; what was claimed is then found by
    its lease. A frozen copy does nothing.
    """
    ends = time.monotonic() + seconds
    taken, progress = 0, not is_frozen()
    while progress and time.monotonic() < ends:
        due = look(institute_id)
        new = fan_out(institute_id) if due.new_facts else 0
        handled = _take_up(institute_id, due)
        taken += handled
        progress = new > 0 or handled > 0
    return taken


def _take_up(institute_id: uuid.UUID, due: Due) -> int:
    """One claim of each kind that has something due, so that none starves another. Returns how many were claimed."""
    taken = 0
    for wanted, claim_some in (
        (due.together, partial(claim_due, alone=False)),
        (due.alone, partial(claim_due, alone=True)),
        (due.left_behind, claim_left_behind),
    ):
        if wanted:
            # Measured from before the claim, so we stop in time whatever the clocks say.
            lease_ends = time.monotonic() + settings.OUTBOX_LEASE_SECONDS / 2
            claims = claim_some(institute_id)
            _work_off(institute_id, claims, lease_ends)
            taken += len(claims)
    return taken


def _work_off(institute_id: uuid.UUID, claims: list[Claim], lease_ends: float) -> None:
    """Handle claims, a transaction at a time, as long as at least half of their lease is left."""
    rest = deque(claims)
    held_back: set[Lane] = set()
    while rest and time.monotonic() < lease_ends:
        before = list(rest)
        try:
            _one_transaction(institute_id, rest, held_back)
        except Exception as error:
            if _connection_is_gone():
                raise
            begun = before[: len(before) - len(rest)]
            logger.error("a transaction of %d did not commit: %s", len(begun), where(error))
            _one_by_one(institute_id, begun, held_back)
    if rest:
        with institute_context(institute_id):
            give_back(rest)


def _one_transaction(institute_id: uuid.UUID, rest: deque[Claim], held_back: set[Lane]) -> None:
    """Take claims off `rest` and handle them until a quarter of a second has passed; or one that must go alone."""
    ends = time.monotonic() + settings.OUTBOX_BATCH_MILLISECONDS / 1000
    failed: set[Lane] = set()
    with institute_context(institute_id):
        while rest:
            claim = rest.popleft()
            if claim.lane in held_back | failed:
                give_back([claim])
            elif not _handle(claim):
                failed.add(claim.lane)
            if time.monotonic() >= ends or handler_called(claim.handler).alone:
                break
    held_back |= failed


def _one_by_one(institute_id: uuid.UUID, claims: list[Claim], held_back: set[Lane]) -> None:
    """After a commit that failed: each in its own transaction, so that the guilty one is found."""
    for claim in claims:
        try:
            _one_transaction(institute_id, deque([claim]), held_back)
        except Exception as error:
            if _connection_is_gone():
                raise
            held_back.add(claim.lane)
            with institute_context(institute_id):
                _note_failure(claim, error)


def _handle(claim: Claim) -> bool:
    """Run the handler in a savepoint with its mark. False when it is not done: later facts of its lane must wait."""
    if claim.attempt > settings.OUTBOX_MAX_ATTEMPTS:
        park(claim, CRASHED)
        logger.error("parked delivery %s of %s: %s", claim.id, claim.handler, CRASHED)
        return False
    entry = claim.entry
    try:
        with _on_behalf_of(entry), transaction.atomic(), caused_by(entry):
            tell_request_id()
            event = restore(entry.type, entry.version, entry.payload)
            handler_called(claim.handler).function(event, entry)
            mark_done(claim)
            check_constraints_now()
        return True
    except LeaseLost:
        logger.warning("delivery %s of %s was no longer ours; its writes are gone", claim.id, claim.handler)
    except Exception as error:
        if _connection_is_gone():
            raise
        _note_failure(claim, error)
    return False


def _note_failure(claim: Claim, error: Exception) -> None:
    why = f"{where(error)}: {error.message}" if isinstance(error, DomainError) else where(error)
    parked = mark_failed(claim, why)
    level, then = (logging.ERROR, "parked") if parked else (logging.WARNING, "to be tried again")
    logger.log(level, "delivery %s of %s %s: %s", claim.id, claim.handler, then, where(error))


@contextmanager
def _on_behalf_of(entry: Entry) -> Iterator[None]:
    """What the handler writes carries the request id of the click that began it."""
    own = current_request_id()
    set_request_id(entry.request_id)
    try:
        yield
    finally:
        set_request_id(own)


def _connection_is_gone() -> bool:
    return connection.connection is None or connection.connection.closed
