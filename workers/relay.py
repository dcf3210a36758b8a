"""Hands recorded facts to their handlers: fan out, claim, handle, until nothing is due.

Claims are committed first. Then up to a hundred events share a transaction of at most a quarter of a second with their
"done" marks, so that what a handler wrote and that it has run are one fact. When a handler fails, nothing of its batch
has happened: the others go again without it. A commit that fails is treated like a crash: its events go one by one.
"""

import logging
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from django.conf import settings
from django.db import connection

from crm.base.context import institute_context, tell_request_id
from crm.base.errors import DomainError
from crm.base.logs import log_facts
from crm.base.request_id import current_request_id, set_request_id
from crm.base.transactions import check_constraints_now
from crm.core.freeze import is_frozen
from crm.outbox.causation import caused_by
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


class HandlerFailed(Exception):
    """A handler raised its cause."""


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
    rest, singly = deque(_not_crashed_too_often(institute_id, claims)), 0
    while rest and time.monotonic() < lease_ends:
        begun: list[Claim] = []
        try:
            _one_transaction(institute_id, rest, begun, alone=singly > 0)
        except Exception as error:
            if _connection_is_gone():
                raise
            guilty_is_known = isinstance(error, HandlerFailed) or len(begun) == 1
            guilty = begun.pop() if guilty_is_known else None
            rest.extendleft(reversed(begun))  # nothing of theirs has happened
            if guilty:
                _note_failure(institute_id, guilty, error)
                _hold_back(institute_id, rest, guilty.lane)
            else:
                singly = len(begun) + 1
                logger.error("a transaction of %d did not commit: %s", len(begun), where(error))
        singly = max(0, singly - 1)
    if rest:
        with institute_context(institute_id):
            give_back(rest)


def _one_transaction(institute_id: uuid.UUID, rest: deque[Claim], begun: list[Claim], *, alone: bool) -> None:
    """Take claims off `rest` and handle them until a quarter of a second has passed; or one that must go alone.

    `begun` tells which. They stand or fall together: a savepoint for each would double what an event costs, and
    failures are rare. Raises HandlerFailed for the last of `begun`; anything else may be the fault of any of them.
    """
    ends = time.monotonic() + settings.OUTBOX_BATCH_MILLISECONDS / 1000
    with _own_request_id_afterwards(), institute_context(institute_id):
        while rest:
            claim = rest.popleft()
            begun.append(claim)
            _handle(claim)
            if alone or time.monotonic() >= ends or handler_called(claim.handler).alone:
                break
        mark_done(begun)
        check_constraints_now()


def _handle(claim: Claim) -> None:
    entry = claim.entry
    _act_for(entry.request_id)
    try:
        with caused_by(entry), _logged(claim):
            event = restore(entry.type, entry.version, entry.payload)
            handler_called(claim.handler).function(event, entry)
    except Exception as error:
        raise HandlerFailed from error


def _act_for(request_id: str) -> None:
    """What the handler writes carries the request id of the click that began it."""
    if request_id != current_request_id():
        set_request_id(request_id)
        tell_request_id()


def _not_crashed_too_often(institute_id: uuid.UUID, claims: list[Claim]) -> list[Claim]:
    """Those worth another start; the others are left to a person."""
    crashed = [claim for claim in claims if claim.attempt > settings.OUTBOX_MAX_ATTEMPTS]
    for claim in crashed:
        with institute_context(institute_id):
            park(claim, CRASHED)
        with _logged(claim):
            logger.error("parked delivery %s of %s: %s", claim.id, claim.handler, CRASHED)
    return [claim for claim in claims if claim not in crashed]


def _hold_back(institute_id: uuid.UUID, rest: deque[Claim], lane: Lane) -> None:
    """Later facts of a lane must wait for the one that failed."""
    later = [claim for claim in rest if claim.lane == lane]
    for claim in later:
        rest.remove(claim)
    if later:
        with institute_context(institute_id):
            give_back(later)


def _note_failure(institute_id: uuid.UUID, claim: Claim, error: BaseException) -> None:
    error = error.__cause__ if isinstance(error, HandlerFailed) else error
    if isinstance(error, LeaseLost):
        logger.warning("delivery %s of %s was no longer ours; its writes are gone", claim.id, claim.handler)
        return
    why = f"{where(error)}: {error.message}" if isinstance(error, DomainError) else where(error)
    with institute_context(institute_id):
        parked = mark_failed(claim, why)
    level, then = (logging.ERROR, "parked") if parked else (logging.WARNING, "to be tried again")
    with _logged(claim):
        logger.log(level, "delivery %s of %s %s: %s", claim.id, claim.handler, then, where(error))


def _logged(claim: Claim) -> AbstractContextManager[None]:
    """What is logged inside says of which event and delivery it speaks."""
    return log_facts(event_id=claim.entry.id, delivery_id=claim.id)


@contextmanager
def _own_request_id_afterwards() -> Iterator[None]:
    own = current_request_id()
    try:
        yield
    finally:
        set_request_id(own)


def _connection_is_gone() -> bool:
    return connection.connection is None or connection.connection.closed
