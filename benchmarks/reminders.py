"""What planning reminders costs over a million open follow-ups, against the bare SQL of the same look.

    python -m benchmarks.reminders --items 1000000 --due 10000

Ours is one reminder planned as the worker plans it: find, compare with what is known, add, move, cancel, each in the
institute's sending window. The bare SQL inserts the same occurrences where none is known, and looks no further. First
nothing is known, then everything is. Every run is undone, so that each side finds the same.
"""

import sys
import time
from collections.abc import Callable

from django.db import connection, transaction

from benchmarks.stage import Stage, options, print_machine, stage, take_turns
from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.ids import new_id
from employers.reminders import FollowUpOverdue
from workers.reminders import plan_one

LIMIT = 2
# The last `due` of them are overdue or become so within two weeks; the others wait far ahead.
SEED = """
INSERT INTO employers_followup (id, institute_id, subject_type, subject_id, title, due_on, owner_id, created_at,
  dropped_reason)
SELECT gen_random_uuid(), %(institute)s, 'employers.employer', %(subject)s, 'Call ' || n,
  CASE WHEN n <= %(due)s THEN current_date - n %% 5 ELSE current_date + 60 + n %% 300 END, %(owner)s, now(), ''
FROM generate_series(1, %(items)s) n
"""
BARE = """
INSERT INTO mail_occurrence (id, institute_id, rule, subject_type, subject_id, recipient_email, recipient_name,
  recipient_type, recipient_id, occurrence_key, schedule_version, about, due_on, due_at, not_before, expires_at, why,
  state, reason, is_urgent, is_late, attempt, tries, owner, message_id, planned_at)
SELECT gen_random_uuid(), f.institute_id, %(rule)s, 'employers.followup', f.id, u.email, u.name, 'identity.user', u.id,
  f.due_on::text, 1, f.title, f.due_on + 1, f.due_on + 1, f.due_on + 1, f.due_on + 60, '', 'planned', '', false, false,
  0, 0, '', '', now()
FROM employers_followup f JOIN identity_user u ON u.id = f.owner_id AND u.is_active
WHERE f.institute_id = %(institute)s AND f.done_at IS NULL AND f.due_on < current_date + 14 AND NOT EXISTS (
  SELECT FROM mail_occurrence o WHERE o.institute_id = f.institute_id AND o.rule = %(rule)s AND o.subject_id = f.id
    AND o.recipient_email = u.email AND o.occurrence_key = f.due_on::text)
"""


class Undone(Exception):
    """Ends a transaction that shall leave nothing."""


class Sides:
    def __init__(self, here: Stage) -> None:
        self.institute = here.institute.id

    def plan(self) -> float:
        return self._timed(lambda: plan_one(FollowUpOverdue(), today()))

    def bare(self) -> float:
        return self._timed(self._insert)

    def _insert(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, {"institute": self.institute, "rule": FollowUpOverdue.name})

    def _timed(self, look: Callable[[], object]) -> float:
        took = 0.0
        try:
            with institute_context(self.institute), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = '100s'")
                began = time.perf_counter()
                look()
                took = (time.perf_counter() - began) * 1000
                raise Undone
        except Undone:
            return took


def compare(what: str, sides: Sides, rounds: int) -> bool:
    medians = take_turns({"plan": sides.plan, "bare SQL": sides.bare}, rounds)
    ratio = medians["plan"] / medians["bare SQL"]
    times = "; ".join(f"{name} {value:.0f} ms" for name, value in medians.items())
    print(f"{what}: {times}; ratio {ratio:.2f} (limit {LIMIT})", flush=True)
    return ratio <= LIMIT


def main() -> int:
    wanted = options(__doc__, items=1_000_000, due=10_000, rounds=5)
    print_machine()
    with stage() as here:
        values = {"institute": here.institute.id, "owner": here.manager.id, "subject": new_id()}
        here.seed(SEED, items=wanted.items, due=wanted.due, **values)
        sides = Sides(here)
        held = compare(f"{wanted.due:,} of {wanted.items:,} to plan", sides, wanted.rounds)
        with institute_context(here.institute.id):
            planned = plan_one(FollowUpOverdue(), today())
        assert planned.added == wanted.due, planned
        here.seed()
        held &= compare("all of them known", sides, wanted.rounds)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
