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
from crm.outbox.causation import caused_by
from crm.outbox.models import Entry
from crm.outbox.payloads import restore
from workers.claims import (
    Claim,
    LeaseLost,
    claim_due,
    claim_left_behind,
    fan_out_and_claim,
    give_back,
    mark_done,
    mark_failed,
    park,
)
from workers.handling import Handler, handler_called
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
    taken, progress = 0, True
    while progress and time.monotonic() < ends:
        facts, handled = _take_turn(institute_id)
        taken += handled
        progress = facts > 0 or handled > 0
    return taken


def _take_turn(institute_id: uuid.UUID) -> tuple[int, int]:
    """Fan out; then one claim of each kind that has something due, so that none starves another.

    Returns how many facts were fanned out and how many deliveries were claimed.
    """
    lease_ends = _half_a_lease_from_now()
    made, claims = fan_out_and_claim(institute_id)
    _work_off(institute_id, claims, lease_ends)
    handled = len(claims)
    for wanted, claim_some in ((made.alone, partial(claim_due, alone=True)), (made.left_behind, claim_left_behind)):
        if wanted:
            lease_ends = _half_a_lease_from_now()
            claims = claim_some(institute_id)
            _work_off(institute_id, claims, lease_ends)
            handled += len(claims)
    return made.facts, handled


def _half_a_lease_from_now() -> float:
    """Asked before a claim, so we stop in time whatever the clocks say."""
    return time.monotonic() + settings.OUTBOX_LEASE_SECONDS / 2


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
    with _as_asked_by(rest[0].entry) as own, institute_context(institute_id):
        while rest:
            handler, claims = _next_of(rest, alone=alone)
            begun += claims
            _act_for(claims[0].entry.request_id or own)
            _handle(handler, claims)
            if alone or time.monotonic() >= ends or handler.alone:
                break
        mark_done(begun)
        check_constraints_now()


def _next_of(rest: deque[Claim], *, alone: bool) -> tuple[Handler, list[Claim]]:
    """Take the first claim off `rest`; for a handler of many, with it those of the same handler and request.

    A later one of a lane is left where an earlier one was.
    """
    first = rest.popleft()
    handler = handler_called(first.handler)
    claims, left = [first], []
    passed: set[Lane] = set()
    most = 1 if alone else handler.at_once
    while rest and len(claims) < most:
        claim = rest.popleft()
        is_like = claim.handler == first.handler and claim.entry.request_id == first.entry.request_id
        if is_like and claim.lane not in passed:
            claims.append(claim)
        else:
            left.append(claim)
            passed.add(claim.lane)
    rest.extendleft(reversed(left))
    return handler, claims


def _handle(handler: Handler, claims: list[Claim]) -> None:
    """Raises HandlerFailed when it is known whose fault it is."""
    entries = [claim.entry for claim in claims]
    try:
        with caused_by(entries[0]), _logged(claims[0]):
            handler.call([(restore(entry.type, entry.version, entry.payload), entry) for entry in entries])
    except Exception as error:
        if len(claims) > 1:
            raise
        raise HandlerFailed from error


def _act_for(request_id: str) -> None:
    """What the handler writes carries the request id of the click that began it, or of this task where none did."""
    if request_id and request_id != current_request_id():
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
def _as_asked_by(entry: Entry) -> Iterator[str]:
    """Begin under the request id of the first entry, which spares telling it, and end under our own, which it gives."""
    own = current_request_id()
    set_request_id(entry.request_id or own)
    try:
        yield own
    finally:
        set_request_id(own)


def _connection_is_gone() -> bool:
    return connection.connection is None or connection.connection.closed
