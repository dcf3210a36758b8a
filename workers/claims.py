"""Who handles which delivery, and until when. Every moment is the database's.

A claim is committed before the work starts, so an attempt that ends with the process has been counted. Its `owner`
is unique to the claim: whoever comes too late finds that the row is no longer theirs.
"""

import os
import platform
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import connection

from crm.base.ids import new_id
from crm.base.kept_statements import Kept, plan_by_index, run_kept
from crm.core.freeze import NOT_FROZEN
from crm.outbox.models import Entry
from workers.fan_out import IS_DUE, Made, new_deliveries
from workers.handling import handler_names
from workers.turns import in_turn

BACK_OFF_SECONDS = (1, 5, 15, 60, 300, 900, 3600)


class LeaseLost(Exception):
    """The delivery was claimed by somebody else while we were at it. What we wrote for it must go."""


@dataclass(frozen=True)
class Claim:
    """One delivery that is ours for now."""

    id: uuid.UUID
    handler: str
    sequence: int
    subject_id: uuid.UUID
    attempt: int
    owner: str
    entry: Entry

    @property
    def lane(self) -> tuple[str, uuid.UUID]:
        """Within it order is kept."""
        return self.handler, self.subject_id


# A lane is held from its first delivery that somebody has, that waits for a person, or that failed and waits.
_CLAIM = """
WITH held AS MATERIALIZED (
  SELECT h.handler, h.subject_id, min(h.sequence) AS since FROM outbox_delivery h
  WHERE h.institute_id = %(institute)s
    AND (h.state IN ('claimed', 'parked') OR h.state = 'waiting' AND h.attempts > 0 AND h.not_before > now())
  GROUP BY h.handler, h.subject_id),
due AS (
  SELECT d.id, d.entry_id FROM outbox_delivery d
  LEFT JOIN held ON held.handler = d.handler AND held.subject_id = d.subject_id AND held.since < d.sequence
  WHERE d.institute_id = %(institute)s AND d.handler = ANY(%(handlers)s::text[]) AND held.since IS NULL AND {due}
    AND {not_frozen}
  ORDER BY d.sequence LIMIT %(size)s FOR UPDATE OF d SKIP LOCKED)
UPDATE outbox_delivery d
SET state = 'claimed', owner = %(owner)s, attempts = d.attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM due JOIN outbox_entry e ON e.id = due.entry_id
WHERE d.id = due.id AND d.id = ANY (ARRAY(SELECT id FROM due)) AND e.id = ANY (ARRAY(SELECT entry_id FROM due))
RETURNING d.id, d.handler, d.sequence, d.subject_id, d.attempts, d.owner, {entry}
"""
_ENTRY_FIELDS = Entry._meta.concrete_fields
_ENTRY = ", ".join(f"e.{field.column}" for field in _ENTRY_FIELDS)
_DUE = _CLAIM.format(due=IS_DUE, entry=_ENTRY, not_frozen=NOT_FROZEN)
# After two faults in a row an earlier one of the lane may be waiting again.
_LEFT_BEHIND = _CLAIM.format(
    entry=_ENTRY,
    not_frozen=NOT_FROZEN,
    due="""d.state = 'claimed' AND d.lease_until <= now() AND (
      SELECT e.id FROM outbox_delivery e
      WHERE e.institute_id = %(institute)s AND e.handler = d.handler AND e.subject_id = d.subject_id
        AND e.sequence < d.sequence AND e.state = 'waiting' LIMIT 1) IS NULL""",
)


def fan_out_and_claim(institute_id: uuid.UUID) -> tuple[Made, list[Claim]]:
    """Fan out what is new and claim what is due for the handlers that share a transaction, in one of our own."""
    claim = _claim(_DUE, institute_id, handler_names(alone=False), settings.OUTBOX_BATCH_SIZE)
    [made], rows = in_turn(institute_id, new_deliveries(institute_id), claim)
    return Made(*made), _claims(rows)


def claim_due(institute_id: uuid.UUID, *, alone: bool) -> list[Claim]:
    """Claim what is due for the handlers that run alone, or for those that share a transaction: in order, a batch."""
    claim = _claim(_DUE, institute_id, handler_names(alone=alone), settings.OUTBOX_BATCH_SIZE)
    return _claims(*in_turn(institute_id, claim))


def claim_left_behind(institute_id: uuid.UUID) -> list[Claim]:
    """Claim one delivery whose worker ended without a word.

    Only one, so that a poisonous one neither takes its neighbours with it again nor uses up their attempts.
    """
    handlers = handler_names(alone=False) + handler_names(alone=True)
    return _claims(*in_turn(institute_id, _claim(_LEFT_BEHIND, institute_id, handlers, 1)))


def _claim(statement: str, institute_id: uuid.UUID, handlers: list[str], size: int) -> Kept:
    owner = f"{platform.node()[:30]}:{os.getpid()}:{new_id()}"
    parameters = {"institute": institute_id, "handlers": handlers, "size": size, "owner": owner}
    return Kept(statement, parameters | {"lease": settings.OUTBOX_LEASE_SECONDS})


def _claims(rows: list[tuple[Any, ...]]) -> list[Claim]:
    """In the order of their facts."""
    own = len(Claim.__dataclass_fields__) - 1
    return [Claim(*row[:own], _entry(row[own:])) for row in sorted(rows, key=itemgetter(2))]


def _entry(values: Sequence[Any]) -> Entry:
    """As a queryset would load it."""
    loaded = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(_ENTRY_FIELDS, values, strict=True)
    ]
    return Entry.from_db(connection.alias, [field.attname for field in _ENTRY_FIELDS], loaded)


# An owner is made anew for every claim, so it tells the attempt as well. What ends together has one moment: rows are
# visited in no order, and a moment each would tell another order than the one they were handled in.
_DONE = """
UPDATE outbox_delivery
SET state = 'done', finished_at = statement_timestamp(), owner = '', lease_until = NULL, last_error = ''
WHERE id = ANY(%(ids)s::uuid[]) AND state = 'claimed' AND owner = %(owner)s AND lease_until > clock_timestamp()
"""


def mark_done(claims: Sequence[Claim]) -> None:
    """Of one claim, in the transaction of the handlers' writes. Raises LeaseLost when one is no longer ours."""
    parameters = {"ids": [claim.id for claim in claims], "owner": claims[0].owner}
    plan_by_index()
    if run_kept(Kept(_DONE, parameters)).rowcount != len(claims):
        raise LeaseLost(claims[0].owner)


def mark_failed(claim: Claim, why: str) -> bool:
    """Try again later, or park it for a person when that was the last attempt. True when parked."""
    if claim.attempt >= settings.OUTBOX_MAX_ATTEMPTS:
        park(claim, why)
        return True
    seconds = BACK_OFF_SECONDS[min(claim.attempt, len(BACK_OFF_SECONDS)) - 1]
    _change(
        "state = 'waiting', owner = '', lease_until = NULL, last_error = %s,"
        " not_before = clock_timestamp() + make_interval(secs => %s * (0.8 + 0.4 * random()))",
        claim,
        [why, seconds],
    )
    return False


def park(claim: Claim, why: str) -> None:
    """Leave it to a person. Later facts about its subject wait for it, for this handler."""
    _change("state = 'parked', owner = '', lease_until = NULL, last_error = %s", claim, [why])


def give_back(claims: Iterable[Claim]) -> None:
    """Return claims that were never started; the attempt does not count."""
    for claim in claims:
        _change("state = 'waiting', owner = '', lease_until = NULL, attempts = attempts - 1", claim)


def _change(assignments: str, claim: Claim, parameters: Sequence[Any] = ()) -> None:
    """Update the delivery if it is still ours: same owner, same attempt."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE outbox_delivery SET {assignments} WHERE id = %s AND state = 'claimed' AND owner = %s"  # noqa: S608
            " AND attempts = %s",
            [*parameters, claim.id, claim.owner, claim.attempt],
        )
