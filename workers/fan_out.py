"""From recorded facts to deliveries: one row per fact and handler, made once, in the order of the facts."""

import json
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from crm.base.context import institute_context
from crm.base.kept_statements import BY_INDEX, run_kept
from crm.outbox.causation import MAX_DEPTH
from crm.outbox.payloads import understood_versions
from workers.handling import handler_names, handlers_of

ENTRIES_AT_ONCE = 2000
CUT = f"Cut: link {MAX_DEPTH + 1} of a chain of facts that cause one another"

# Fan-outs and claims of one institute take turns, which costs milliseconds and keeps order: two fan-outs at once could
# make the delivery of a later fact before that of an earlier one, and what another claim is about to take would look
# free to be overtaken.
_TAKE_TURNS = f"SELECT {BY_INDEX}, pg_advisory_xact_lock(hashtext('outbox'), hashtext(%(institute)s::text))"

# A fact that this code cannot read (unknown, or of a newer version) waits for code that can, and so do later facts
# about the same subject. The others are numbered in their order under the lock that is held until commit, so positions
# of an institute rise with what can be seen of it: who has read up to one misses nothing below it. Moments are the
# database's: this machine's clock may be wrong. Ids grow with time, as those that `new_id` makes.
_NEW_ID = """(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"""
_FAN_OUT = f"""
WITH known AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(known)s::json) AS known(type text, version int, handlers text[])),
blocked AS MATERIALIZED (
  SELECT e.subject_id, min(e.sequence) AS since FROM outbox_entry e
  WHERE e.institute_id = %(institute)s AND e.fanned_out_at IS NULL
    AND NOT EXISTS (SELECT FROM known k WHERE k.type = e.type AND e.version <= k.version)
  GROUP BY e.subject_id),
new AS MATERIALIZED (
  SELECT e.id, e.type, e.subject_id, e.sequence, e.depth > %(max_depth)s AS is_cut
  FROM outbox_entry e LEFT JOIN blocked b ON b.subject_id = e.subject_id AND b.since <= e.sequence
  WHERE e.institute_id = %(institute)s AND e.fanned_out_at IS NULL AND b.subject_id IS NULL
  ORDER BY e.sequence LIMIT %(at_once)s),
delivered AS (
  INSERT INTO outbox_delivery
    (id, institute_id, entry_id, handler, sequence, subject_id, state, last_error, attempts, not_before, owner)
  SELECT {_NEW_ID}, %(institute)s, new.id, handler, new.sequence, new.subject_id,
    CASE WHEN is_cut THEN 'parked' ELSE 'waiting' END, CASE WHEN is_cut THEN %(cut)s::text ELSE '' END, 0, now(), ''
  FROM new JOIN known USING (type) CROSS JOIN unnest(known.handlers) AS handler
  ORDER BY new.sequence, handler
  ON CONFLICT (institute_id, entry_id, handler) DO NOTHING
  RETURNING handler),
marked AS (
  UPDATE outbox_entry e SET fanned_out_at = clock_timestamp(), position = numbered.position
  FROM (SELECT id, nextval('outbox_feed_position') AS position
        FROM (SELECT id FROM new ORDER BY sequence) AS in_order) AS numbered
  WHERE e.institute_id = %(institute)s AND e.id = numbered.id)
SELECT (SELECT count(*) FROM new), EXISTS (SELECT FROM delivered WHERE handler <> ALL (%(alone)s::text[])),
  EXISTS (SELECT FROM delivered WHERE handler = ANY (%(alone)s::text[]))
"""  # noqa: S608  no part of it comes from outside


class Made(NamedTuple):
    """How many facts were taken, and for which kinds of handlers there are deliveries now."""

    facts: int = 0
    together: bool = False
    alone: bool = False


def fan_out(institute_id: uuid.UUID) -> Made:
    """Make the deliveries of new facts of an institute, in a transaction; safe to repeat."""
    with institute_context(institute_id):
        take_turns(institute_id)
        return fan_out_here(institute_id)


def fan_out_here(institute_id: uuid.UUID, seen: Iterable[str] = ()) -> Made:
    """The same in the transaction of an institute's context whose turn it is, which may then claim some of them.

    Those of `seen` types are taken and others wait for the next look; or those of all types, when none was to be
    taken, so that thousands which wait for newer code do not hide the others.
    """
    made = _take(institute_id, seen)
    return made if made.facts else _take(institute_id, understood_versions())


def _take(institute_id: uuid.UUID, types: Iterable[str]) -> Made:
    parameters = {
        "institute": institute_id,
        "known": json.dumps(_known(types)),
        "alone": handler_names(alone=True),
        "at_once": ENTRIES_AT_ONCE,
        "max_depth": MAX_DEPTH,
        "cut": CUT,
    }
    return Made(*run_kept(_FAN_OUT, parameters).fetchone())


def take_turns(institute_id: uuid.UUID) -> None:
    """Wait until nobody else fans out or claims in this institute, and keep it so until this transaction ends."""
    run_kept(_TAKE_TURNS, {"institute": institute_id})


def _known(types: Iterable[str]) -> list[dict[str, Any]]:
    """Which of them this code can read, and who reacts. Says only what is asked: there are 150 types."""
    versions = understood_versions()
    return [
        {"type": name, "version": versions[name], "handlers": [handler.name for handler in handlers_of(name)]}
        for name in types
        if name in versions
    ]
