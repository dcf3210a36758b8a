"""Plans reminders: what its class finds becomes rows, once, however often it is asked.

One statement per reminder and institute, whatever the number of rows: add the new ones, move the planned ones whose
date moved, cancel the planned ones that nothing asks for any more. What left is never touched. What has nobody to go
to is kept too, skipped with the reason, and needs a person until there is somebody.
"""

import datetime as dt
import logging
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from crm.base.clock import sending_moment_on, today
from crm.base.context import acting_institute, institute_context
from crm.core.registry import reminders
from crm.mail.models import Sweep
from crm.mail.reminders import COLUMNS, Reminder
from crm.mail.states import GONE, State
from workers.mail_queue import database_now
from workers.task_base import where

logger = logging.getLogger(__name__)

AHEAD_DAYS = 14  # so that a person can see and hold what goes out in the next two weeks
BACK_DAYS = 366  # older than this is history, not a reminder
PLAN_SECONDS = 80
NO_LONGER_DUE = "nothing asks for it any more"
NO_ADDRESS = "no e-mail address"

# UUIDv7 out of a random UUID and the clock, in what PostgreSQL 15 has: a set-based insert cannot ask Python for ids.
_NEW_ID = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
  substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
  52, 1), 53, 1), 'hex')::uuid"""

# Whatever the statistics say, never a loop of all rows over all rows: a full join can only be hashed or merged, and
# what is to change is picked out before it meets the table again. What is planned for the very day that is asked for
# needs nothing and is left out at once: it is nearly all, at nearly every look. OFFSET keeps the days, of which the
# planner knows nothing, out of how it joins the candidates.
_PLAN = """
WITH found AS ({candidates}), candidate AS MATERIALIZED (
  SELECT DISTINCT ON (f.subject_id, f.recipient_email, f.occurrence_key) f.*
  FROM (SELECT subject_id, lower(btrim(coalesce(recipient_email, ''))) AS recipient_email,
               coalesce(recipient_name, '') AS recipient_name, recipient_type, recipient_id, occurrence_key, due_on,
               left(coalesce(about, ''), 200) AS about
        FROM found AS f({columns}) OFFSET 0) AS f
  WHERE f.due_on BETWEEN %(since)s AND %(until)s
  ORDER BY f.subject_id, f.recipient_email, f.occurrence_key, f.due_on, f.recipient_id
), known AS MATERIALIZED (
  SELECT DISTINCT ON (subject_id, recipient_email, occurrence_key)
         id, subject_id, recipient_email, occurrence_key, schedule_version, state, reason, due_on
  FROM mail_occurrence WHERE institute_id = %(institute)s AND rule = %(rule)s
  ORDER BY subject_id, recipient_email, occurrence_key, schedule_version DESC
), both_sides AS MATERIALIZED (
  SELECT subject_id, recipient_email, occurrence_key, c.recipient_name, c.recipient_type, c.recipient_id, c.about,
         c.due_on, (%(moments)s::timestamptz[])[c.due_on - %(since)s::date + 1] AS due_at, k.id AS known_id,
         k.schedule_version, k.state, k.reason, k.due_on AS known_due_on
  FROM candidate c FULL JOIN known k USING (subject_id, recipient_email, occurrence_key)
  WHERE (k.state = 'planned' AND k.due_on = c.due_on) IS NOT TRUE
), to_move AS MATERIALIZED (
  SELECT * FROM both_sides b
  WHERE b.due_on IS NOT NULL
    AND (b.state = 'planned' AND b.due_on <> b.known_due_on OR b.state = 'cancelled' AND b.reason = %(no_longer_due)s)
), to_cancel AS MATERIALIZED (
  SELECT known_id FROM both_sides
  WHERE due_on IS NULL AND state = 'planned' AND known_due_on BETWEEN %(since)s AND %(until)s
), to_see_to AS MATERIALIZED (
  SELECT known_id FROM both_sides WHERE due_on IS NULL AND state = 'skipped' AND recipient_email = ''
), moved AS (
  UPDATE mail_occurrence o
  SET state = 'planned', reason = '', settled_at = NULL, due_on = b.due_on, due_at = b.due_at, not_before = b.due_at,
      expires_at = b.due_at + %(life)s, recipient_name = b.recipient_name, about = b.about, why = %(why)s
  FROM to_move b
  WHERE o.id = b.known_id AND o.institute_id = %(institute)s AND o.state = b.state
  RETURNING 1
), cancelled AS (
  UPDATE mail_occurrence o SET state = 'cancelled', reason = %(no_longer_due)s, settled_at = now()
  FROM to_cancel b
  WHERE o.id = b.known_id AND o.institute_id = %(institute)s AND o.state = 'planned'
  RETURNING 1
), seen_to AS (
  UPDATE mail_occurrence o SET dealt_with_at = now()
  FROM to_see_to b
  WHERE o.id = b.known_id AND o.institute_id = %(institute)s AND o.dealt_with_at IS NULL
), added AS (
  INSERT INTO mail_occurrence (id, institute_id, rule, subject_type, subject_id, recipient_email, recipient_name,
    recipient_type, recipient_id, occurrence_key, schedule_version, about, due_on, due_at, not_before, expires_at, why,
    state, reason, settled_at, is_urgent, is_late, attempt, tries, owner, message_id, planned_at)
  SELECT {new_id}, %(institute)s, %(rule)s, %(subject_type)s, subject_id, recipient_email, recipient_name,
    recipient_type, recipient_id, occurrence_key, coalesce(schedule_version + 1, 1), about, due_on, due_at,
    due_at, due_at + %(life)s, %(why)s, CASE WHEN recipient_email = '' THEN 'skipped' ELSE 'planned' END,
    CASE WHEN recipient_email <> '' THEN '' WHEN recipient_id IS NULL THEN %(nobody)s ELSE %(no_address)s END,
    CASE WHEN recipient_email = '' THEN now() END,
    false, false, 0, 0, '', '', now()
  FROM both_sides
  WHERE due_on IS NOT NULL AND (known_id IS NULL OR state = ANY (%(gone)s) AND abs(due_on - known_due_on) > %(lead)s)
  ON CONFLICT (institute_id, rule, subject_id, recipient_email, occurrence_key, schedule_version) DO NOTHING
  RETURNING 1
)
SELECT (SELECT count(*) FROM candidate), (SELECT count(*) FROM added), (SELECT count(*) FROM moved),
       (SELECT count(*) FROM cancelled)
"""


@dataclass(frozen=True)
class Planned:
    """What one look of one reminder did."""

    candidates: int
    added: int
    moved: int
    cancelled: int


def plan(institute_id: uuid.UUID, as_of: dt.date | None = None) -> dict[str, Planned]:
    """Plan every reminder of an institute for the two weeks from `as_of` (today unless said). Safe to repeat.

    A reminder that fails is noted on its sweep and does not keep the others from being planned.
    """
    done = {}
    for reminder in reminders:
        with institute_context(institute_id):
            _allow_seconds(PLAN_SECONDS)
            planned = _plan_safely(reminder(), as_of or today())
        if planned:
            done[reminder.name] = planned
    return done


def plan_one(reminder: Reminder, as_of: dt.date) -> Planned:
    """Plan one reminder in the institute of the context, in one statement."""
    since, until = as_of - dt.timedelta(days=BACK_DAYS), as_of + dt.timedelta(days=AHEAD_DAYS)
    candidates, values = _named(*reminder.candidates(as_of, until).query.sql_with_params())
    statement = _PLAN.format(candidates=candidates, columns=", ".join(COLUMNS), new_id=_NEW_ID)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **_facts(reminder, since, until)})
        return Planned(*cursor.fetchone())


def _allow_seconds(seconds: int) -> None:
    """More than a page may take, less than a task: a first look may find a million rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])


def _plan_safely(reminder: Reminder, as_of: dt.date) -> Planned | None:
    try:
        with transaction.atomic():
            planned = plan_one(reminder, as_of)
    except Exception as error:
        logger.exception("%s could not be planned", reminder.name)
        _note(reminder, last_error=where(error)[:300])
        return None
    counts = {"candidates": planned.candidates, "planned": planned.added}
    acted = {"last_planned_at": database_now()} if planned.added else {}
    _note(reminder, **counts, moved=planned.moved, cancelled=planned.cancelled, last_error="", **acted)
    return planned


def _note(reminder: Reminder, **facts: Any) -> None:
    Sweep.objects.update_or_create(rule=reminder.name, defaults={"looked_at": database_now(), **facts})


def _facts(reminder: Reminder, since: dt.date, until: dt.date) -> dict[str, Any]:
    return {
        "institute": acting_institute(),
        "rule": reminder.name,
        "subject_type": reminder.subject_type,
        "why": reminder.why,
        "lead": reminder.lead_days,
        "life": dt.timedelta(days=reminder.expires_after_days),
        "since": since,
        "until": until,
        "moments": [sending_moment_on(day) for day in _days(since, until)],  # the first is that of `since`
        "gone": [*GONE, State.SKIPPED, State.FAILED, State.MISSED],
        "no_longer_due": NO_LONGER_DUE,
        "no_address": NO_ADDRESS,
        "nobody": reminder.nobody,
    }


def _days(since: dt.date, until: dt.date) -> Iterator[dt.date]:
    return (since + dt.timedelta(days=number) for number in range((until - since).days + 1))


def _named(sql: str, params: tuple[Any, ...]) -> tuple[str, dict[str, Any]]:
    """A queryset's SQL with its values by name, to stand inside a statement that has its own."""
    values = {f"candidate_{number}": value for number, value in enumerate(params)}
    names = iter(values)
    return re.sub("%%|%s", lambda found: f"%({next(names)})s" if found[0] == "%s" else found[0], sql), values
