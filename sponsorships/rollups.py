"""The roll-up of the journal: what each fund did in each month, kept up incrementally and rebuildable from nothing.

A fund's postings are numbered in the order in which they commit, so "folded up to number N" leaves none behind.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Sum

from crm.base.context import acting_institute
from sponsorships.models import Fund, FundMonth
from sponsorships.reads.ledger_proof import ledger_faults

# Made from the key, so that a rebuild gives the same rows to the byte.
_ID = "md5(concat_ws('|', fund_id, month, kind, bucket))::uuid"
# 1 August starts an academic year, as crm.base.clock.academic_year has it.
_STARTED = "extract(year FROM month - interval '7 months')::int"
_ACADEMIC_YEAR = f"concat({_STARTED}, '/', lpad((({_STARTED} + 1) %% 100)::text, 2, '0'))"

_MONTH = "date_trunc('month', p.occurred_on::timestamp)::date AS month"
# Postings above the marks, summed by month, kind and bucket. LATERAL with OFFSET 0 walks the index of a fund's numbers
# from the mark on; left to itself the planner guesses that a third of the journal is new and reads all of it.
_NEW_SUMS = f"""
  SELECT p.fund_id, {_MONTH}, p.kind, p.bucket,
         sum(p.pence)::bigint AS pence, count(*) AS entries, max(p.sequence) AS last
  FROM mark CROSS JOIN LATERAL (
    SELECT fund_id, occurred_on, kind, bucket, pence, sequence FROM sponsorships_posting
    WHERE institute_id = %(institute)s AND fund_id = mark.fund_id AND sequence > mark.folded_sequence
    OFFSET 0
  ) p
  GROUP BY 1, 2, 3, 4
"""  # noqa: S608  made of this file's constants

# One statement: lock the marks, add what is new, move the marks. A crash leaves all of it or none; a second run finds
# nothing above the mark. A run that waited for another reads the mark that the other left, so it adds nothing twice.
_FOLD = f"""
WITH mark AS MATERIALIZED (
  SELECT fund_id, folded_sequence FROM sponsorships_fundrollup
  WHERE institute_id = %(institute)s AND (%(fund)s::uuid IS NULL OR fund_id = %(fund)s::uuid)
  ORDER BY fund_id FOR UPDATE
), sums AS MATERIALIZED ({_NEW_SUMS}), added AS (
  INSERT INTO sponsorships_fundmonth AS m
    (id, institute_id, fund_id, month, academic_year, kind, bucket, pence, entries)
  SELECT {_ID}, %(institute)s, fund_id, month, {_ACADEMIC_YEAR}, kind, bucket, pence, entries FROM sums
  ON CONFLICT (institute_id, fund_id, month, kind, bucket)
  DO UPDATE SET pence = m.pence + excluded.pence, entries = m.entries + excluded.entries
), moved AS (
  UPDATE sponsorships_fundrollup r SET folded_sequence = done.last, folded_at = clock_timestamp()
  FROM (SELECT fund_id, max(last) AS last FROM sums GROUP BY fund_id) done
  WHERE r.institute_id = %(institute)s AND r.fund_id = done.fund_id
)
SELECT coalesce(sum(entries), 0)::bigint FROM sums
"""  # noqa: S608  made of this file's constants

# The whole journal in the order in which it lies, by as many processes as PostgreSQL gives, for nothing is locked or
# written here; less what stands above the marks: what is not folded yet is late, not wrong. Comparing each posting with
# its mark instead doubles the time.
_DIFFERENCES = f"""
WITH mark AS MATERIALIZED (
  SELECT fund_id, folded_sequence FROM sponsorships_fundrollup
  WHERE institute_id = %(institute)s AND (%(fund)s::uuid IS NULL OR fund_id = %(fund)s::uuid)
), whole AS MATERIALIZED (
  SELECT p.fund_id, {_MONTH}, p.kind, p.bucket, sum(p.pence)::bigint AS pence, count(*) AS entries
  FROM sponsorships_posting p
  WHERE p.institute_id = %(institute)s AND (%(fund)s::uuid IS NULL OR p.fund_id = %(fund)s::uuid)
  GROUP BY 1, 2, 3, 4
), late AS MATERIALIZED ({_NEW_SUMS}), sums AS (
  SELECT fund_id, month, kind, bucket, w.pence - coalesce(l.pence, 0) AS pence,
         w.entries - coalesce(l.entries, 0) AS entries
  FROM whole w LEFT JOIN late l USING (fund_id, month, kind, bucket) WHERE w.entries > coalesce(l.entries, 0)
), stored AS (
  SELECT fund_id, month, kind, bucket, pence, entries FROM sponsorships_fundmonth
  WHERE institute_id = %(institute)s AND (%(fund)s::uuid IS NULL OR fund_id = %(fund)s::uuid)
)
SELECT coalesce(m.fund_id, s.fund_id) AS fund, f.name, coalesce(m.month, s.month), coalesce(m.kind, s.kind),
       coalesce(m.bucket, s.bucket), coalesce(m.pence, 0), coalesce(s.pence, 0), coalesce(m.entries, 0),
       coalesce(s.entries, 0)
FROM stored m
FULL JOIN sums s ON s.fund_id = m.fund_id AND s.month = m.month AND s.kind = m.kind AND s.bucket = m.bucket
JOIN sponsorships_fund f ON f.id = coalesce(m.fund_id, s.fund_id)
WHERE (m.pence, m.entries) IS DISTINCT FROM (s.pence, s.entries)
ORDER BY f.name, fund, 3, 4, 5
"""  # noqa: S608  made of this file's constants

# Held until the end of the transaction, so that no fold comes between the sums and what is written from them.
_LOCK = """
SELECT FROM sponsorships_fundrollup
WHERE institute_id = %(institute)s AND (%(fund)s::uuid IS NULL OR fund_id = %(fund)s::uuid)
ORDER BY fund_id FOR UPDATE
"""
_MARK_THE_LAST = """
UPDATE sponsorships_fundrollup r SET folded_sequence = done.last, folded_at = clock_timestamp()
FROM (SELECT fund_id, coalesce((SELECT max(p.sequence) FROM sponsorships_posting p
                                WHERE p.institute_id = m.institute_id AND p.fund_id = m.fund_id), 0) AS last
      FROM sponsorships_fundrollup m
      WHERE institute_id = %(institute)s AND (%(fund)s::uuid IS NULL OR fund_id = %(fund)s::uuid)) done
WHERE r.institute_id = %(institute)s AND r.fund_id = done.fund_id AND r.folded_sequence <> done.last
"""
_PUT_RIGHT = f"""
WITH wrong AS (
  SELECT * FROM unnest(%(funds)s::uuid[], %(months)s::date[], %(kinds)s::text[], %(buckets)s::text[],
                       %(pence)s::bigint[], %(entries)s::bigint[]) AS w (fund_id, month, kind, bucket, pence, entries)
), gone AS (
  DELETE FROM sponsorships_fundmonth m USING wrong w
  WHERE m.institute_id = %(institute)s AND m.fund_id = w.fund_id AND m.month = w.month AND m.kind = w.kind
    AND m.bucket = w.bucket AND w.entries = 0
)
INSERT INTO sponsorships_fundmonth (id, institute_id, fund_id, month, academic_year, kind, bucket, pence, entries)
SELECT {_ID}, %(institute)s, fund_id, month, {_ACADEMIC_YEAR}, kind, bucket, pence, entries FROM wrong
WHERE entries > 0
ON CONFLICT (institute_id, fund_id, month, kind, bucket)
DO UPDATE SET pence = excluded.pence, entries = excluded.entries
"""  # noqa: S608  made of this file's constants


@dataclass(frozen=True)
class Difference:
    """A row of the roll-up that does not say what the journal says."""

    fund_id: uuid.UUID
    fund: str
    month: dt.date
    kind: str
    bucket: str
    stored_pence: int
    journal_pence: int
    stored_entries: int
    journal_entries: int

    def __str__(self) -> str:
        return (
            f"{self.fund}, {self.month:%Y-%m}, {self.kind}/{self.bucket}: roll-up has {self.stored_pence} pence in"
            f" {self.stored_entries} postings, journal {self.journal_pence} in {self.journal_entries}"
        )


def fold_fund_usage(*, fund_id: uuid.UUID | None = None) -> int:
    """Add the postings since the last run to FundMonth, for one fund or all of the acting institute.

    Returns how many postings were added. May be run twice, at once, or late: the rows are the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, {"institute": acting_institute(), "fund": fund_id})
        return cursor.fetchone()[0]


def rebuild_usage(*, fund: Fund | None = None) -> int:
    """Sum the whole journal of a fund, or of all of the acting institute, and put right every row that says otherwise.

    Returns how many postings there are. What was never folded is folded by it.
    """
    whose = {"institute": acting_institute(), "fund": fund.pk if fund else None}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, whose)
        cursor.execute(_MARK_THE_LAST, whose)
        wrong = usage_differences(fund=fund)
        if wrong:
            cursor.execute(_PUT_RIGHT, {**whose, **_columns(wrong)})
    rows = FundMonth.objects.filter(fund=fund) if fund else FundMonth.objects.all()
    return rows.aggregate(postings=Sum("entries"))["postings"] or 0


def _columns(wrong: list[Difference]) -> dict[str, list]:
    return {
        "funds": [row.fund_id for row in wrong],
        "months": [row.month for row in wrong],
        "kinds": [row.kind for row in wrong],
        "buckets": [row.bucket for row in wrong],
        "pence": [row.journal_pence for row in wrong],
        "entries": [row.journal_entries for row in wrong],
    }


def usage_differences(*, fund: Fund | None = None) -> list[Difference]:
    """Where the roll-up of the acting institute, or of a fund, and its journal disagree. Empty is as it should be."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"institute": acting_institute(), "fund": fund.pk if fund else None})
        return [Difference(*row) for row in cursor.fetchall()]


def let_statements_take_long() -> None:
    """For the rest of this transaction. Pages give up after seconds; work over a whole journal may not."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '100s'")


def ledger_is_wrong() -> list[str]:
    """Prove the acting institute's whole ledger from its postings, the roll-up included.

    Returns a sentence per wrong row; an empty list is as it should be. Reads every posting, so it may take long.
    """
    let_statements_take_long()
    faults = {**ledger_faults(), "the roll-up says what the journal says": [str(row) for row in usage_differences()]}
    return [f"{check}: {row}" for check, rows in faults.items() for row in rows]
