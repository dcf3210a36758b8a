"""From recorded facts to deliveries: one row per fact and handler, made once, in the order of the facts."""

import functools
import json
import uuid
from typing import NamedTuple

from crm.base.kept_statements import Kept
from crm.core.freeze import NOT_FROZEN
from crm.outbox.causation import MAX_DEPTH
from crm.outbox.payloads import understood_versions
from workers.handling import handler_names, handlers_of
from workers.turns import in_turn

ENTRIES_AT_ONCE = 2000
IS_DUE = "d.state = 'waiting' AND (d.attempts = 0 OR d.not_before <= now())"
CUT = f"Cut: link {MAX_DEPTH + 1} of a chain of facts that cause one another"

# A fact that this code cannot read (unknown, or of a newer version) waits for code that can, and so do later facts
# about the same subject. The others are numbered in their order under the lock that is held until commit, so positions
# of an institute rise with what can be seen of it: who has read up to one misses nothing below it. Moments are the
# database's: this machine's clock may be wrong. Ids grow with time, as those that `new_id` makes.
_NEW_ID = """(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"""
_FAN_OUT = f"""
WITH known AS MATERIALIZED (SELECT %(known)s::jsonb AS types),
blocked AS MATERIALIZED (
  SELECT e.subject_id, min(e.sequence) AS since
  FROM known, (SELECT * FROM outbox_entry
    WHERE institute_id = %(institute)s AND fanned_out_at IS NULL ORDER BY sequence) AS e
  WHERE e.version > coalesce((types -> e.type ->> 0)::int, 0)
  GROUP BY e.subject_id),
new AS MATERIALIZED (
  SELECT e.id, e.type, e.subject_id, e.sequence, e.depth > %(max_depth)s AS is_cut
  FROM outbox_entry e LEFT JOIN blocked b ON b.subject_id = e.subject_id AND b.since <= e.sequence
  WHERE e.institute_id = %(institute)s AND e.fanned_out_at IS NULL AND b.subject_id IS NULL AND {NOT_FROZEN}
  ORDER BY e.sequence LIMIT %(at_once)s),
delivered AS (
  INSERT INTO outbox_delivery
    (id, institute_id, entry_id, handler, sequence, subject_id, state, last_error, attempts, not_before, owner)
  SELECT {_NEW_ID}, %(institute)s, new.id, handler, new.sequence, new.subject_id,
    CASE WHEN is_cut THEN 'parked' ELSE 'waiting' END, CASE WHEN is_cut THEN %(cut)s::text ELSE '' END, 0, now(), ''
  FROM new, known, jsonb_array_elements_text((types -> new.type) - 0) AS handler
  ORDER BY new.sequence, handler
  ON CONFLICT (institute_id, entry_id, handler) DO NOTHING
  RETURNING handler),
marked AS (
  UPDATE outbox_entry e SET fanned_out_at = clock_timestamp(), position = numbered.position
  FROM (SELECT id, nextval('outbox_feed_position') AS position
        FROM (SELECT id FROM new ORDER BY sequence) AS in_order) AS numbered
  WHERE e.institute_id = %(institute)s AND e.id = numbered.id AND e.id = ANY (ARRAY(SELECT id FROM new)))
SELECT (SELECT count(*) FROM new),
  EXISTS (SELECT FROM delivered WHERE handler = ANY (%(alone)s::text[]))
  OR EXISTS (SELECT FROM outbox_delivery d
             WHERE d.institute_id = %(institute)s AND d.handler = ANY(%(alone)s::text[]) AND {IS_DUE}),
  EXISTS (SELECT FROM outbox_delivery d
          WHERE d.institute_id = %(institute)s AND d.state = 'claimed' AND d.lease_until <= now())
"""  # noqa: S608  no part of it comes from outside


class Made(NamedTuple):
    """How many facts were new, and what seems due besides. What is held back looks due as well; claiming tells."""

    facts: int
    alone: bool
    left_behind: bool


def fan_out(institute_id: uuid.UUID) -> Made:
    """Make the deliveries of new facts of an institute, in a transaction; safe to repeat."""
    [[made]] = in_turn(institute_id, new_deliveries(institute_id))
    return Made(*made)


def new_deliveries(institute_id: uuid.UUID) -> Kept:
    """Make those of the oldest new facts, in an institute's turn; none in a frozen copy. Gives what `Made` says."""
    parameters = {
        "institute": institute_id,
        "known": _known(),
        "alone": handler_names(alone=True),
        "at_once": ENTRIES_AT_ONCE,
        "max_depth": MAX_DEPTH,
        "cut": CUT,
    }
    return Kept(_FAN_OUT, parameters)


@functools.cache
def _known() -> str:
    """Which facts this code can read, each with the newest version and the names of those who react."""
    types = {
        name: [version, *(handler.name for handler in handlers_of(name))]
        for name, version in understood_versions().items()
    }
    return json.dumps(types, separators=(",", ":"))
