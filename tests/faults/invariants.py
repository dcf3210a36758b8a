"""What has to hold whatever breaks: I1 to I10, each a sentence that is true or names the rows that make it false.

`assert_invariants(site)` waits until the site is quiet; `assert_at_any_moment(site)` asks while it is still at work.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
from django.db import connection, transaction

from crm.audit.seals import seal_entries, verify_seals
from crm.base.context import NETWORK_ID, institute_context, no_context
from sponsorships.reads.agreements import out_of_step
from sponsorships.rollups import ledger_is_wrong
from tests.architecture import catalogue
from tests.faults.site import Site
from workers.reminders import plan

MOST_MEGABYTES = 400  # of one process

Invariant = Callable[[Site], list[str]]

# Rows of business, the fact that tells of each, and the field that holds the row's id.
TOLD_OF = [
    ("employers_engagement", "employers.engagement_logged", "engagement_id"),
    ("sponsorships_receipt", "sponsorships.receipt_recorded", "receipt_id"),
    ("sponsorships_award", "sponsorships.bursary_awarded", "award_id"),
    ("sponsorships_journalentry", "sponsorships.journal_entry_posted", "entry_id"),
    ("events_groupbooking", "events.group_booked", "booking_id"),
]


def each_due_reminder_has_one_row(site: Site) -> list[str]:
    """I1. Planning once more finds nothing to add, and nothing is there twice."""
    twice = site.ask(
        """SELECT rule, subject_id, recipient_email, occurrence_key, count(*) FROM mail_occurrence
           WHERE rule NOT LIKE 'accounts.%%' GROUP BY 1, 2, 3, 4, schedule_version HAVING count(*) > 1"""
    )
    wrong = [f"{rule} of {subject} is there {count} times" for rule, subject, *_, count in twice]
    for institute in (site.cast.yhiot, site.cast.liot):
        added = {name: planned.added for name, planned in plan(institute.id).items() if planned.added}
        wrong += [f"{count} of {name} were not planned" for name, count in added.items()]
    return wrong


def no_message_arrives_twice_unsaid(site: Site) -> list[str]:
    """I2. What the mail server took more than once is noted as handed over with an unknown end; it knows no others."""
    rows = site.ask(
        """SELECT o.message_id, o.state, EXISTS (
             SELECT FROM mail_deliveryattempt a WHERE a.occurrence_id = o.id AND a.result = 'unknown')
           FROM mail_occurrence o WHERE o.message_id <> ''"""
    )
    known = {message_id: (state, was_unknown) for message_id, state, was_unknown in rows}
    with site.mail.kept.lock:
        arrived = Counter(site.mail.kept.ids)
    strangers = [f"{key} arrived and has no row" for key in arrived if key not in known]
    return strangers + [f"{key} arrived {n} times" for key, n in arrived.items() if n > 1 and not known[key][1]]


def what_was_sent_arrived(site: Site) -> list[str]:
    """I2, the other way round: nothing is called sent that the mail server does not have."""
    sent = site.ask("SELECT message_id FROM mail_occurrence WHERE state = 'sent'")
    with site.mail.kept.lock:
        arrived = set(site.mail.kept.ids)
    return [f"{key} is called sent and never arrived" for (key,) in sent if key not in arrived]


def each_change_has_its_fact(site: Site) -> list[str]:
    """I3. No business row without its recorded fact, no fact without its row, none told twice."""
    wrong = []
    for table, fact, field in TOLD_OF:
        found = site.ask(
            f"""SELECT t.id, e.id, coalesce(e.times, 0) FROM {table} t FULL JOIN (
                  SELECT (payload ->> '{field}')::uuid AS id, count(*) AS times FROM outbox_entry
                  WHERE type = '{fact}' GROUP BY 1) e ON e.id = t.id
                WHERE t.id IS NULL OR e.times IS DISTINCT FROM 1"""
        )
        wrong += [
            f"{table} {row or told}: {times} facts, row {'is' if row else 'is not'} there" for row, told, times in found
        ]
    return wrong


def nothing_stays_open(site: Site) -> list[str]:
    """I4. Nothing recorded waits for ever, and nothing is parked that ought not to be."""
    parked = site.ask("SELECT handler, last_error FROM outbox_delivery WHERE state = 'parked'")
    open_rows = [f"{count} {what}" for what, count in site.under_way().items()]
    return open_rows + [f"{handler} is parked: {error}" for handler, error in parked]


def the_ledger_adds_up(site: Site) -> list[str]:
    """I5. Entries sum to nothing, balances and roll-up follow from them, shares from their agreements."""
    wrong = [f"agreement {agreement} and its shares differ" for _, agreement in out_of_step()]
    for institute in (site.cast.yhiot, site.cast.liot):
        with _one_snapshot(), institute_context(institute.id):
            wrong += [f"{institute.code}: {row}" for row in ledger_is_wrong()]
    return wrong


def nobody_sees_anothers(site: Site) -> list[str]:
    """I6. Each institute reads its own rows alone, nobody reads none, and no table has lost its policies."""
    with connection.cursor() as cursor:
        tables = catalogue.tenant_tables(cursor)
        wrong = catalogue.policies_missing(cursor) + catalogue.references_that_leave(cursor)
    for institute in (site.cast.yhiot, site.cast.liot):
        with institute_context(institute.id):
            wrong += [f"{institute.code} sees foreign rows of {t}" for t in _seen(tables, str(institute.id))]
    with no_context():
        return wrong + [f"nobody sees rows of {table}" for table in _seen(tables, str(NETWORK_ID))]


def no_page_fails(site: Site) -> list[str]:
    """I7. A page answers, refuses, or says that the database is away; it never breaks."""
    answers = [answer for visitor in site.visitors for answer in visitor.answers]
    return [f"{a.path} {a.status}: {a.words[:200]}" for a in answers if a.status >= 500 and a.status != 503]


def no_process_grows_too_large(site: Site) -> list[str]:
    """I8. Memory stays under its cap. (How long a page takes says more about the machine; it is printed.)"""
    wrong = []
    for process in (running for parent in site.processes for running in _family(parent.pid)):
        with suppress(psutil.NoSuchProcess):  # it has ended since
            megabytes = process.memory_info().rss / 2**20
            if megabytes > MOST_MEGABYTES:
                wrong.append(f"{' '.join(process.cmdline()[:6])} holds {megabytes:.0f} MB")
    slowest = max((a for visitor in site.visitors for a in visitor.answers), key=lambda a: a.seconds, default=None)
    print(f"slowest page: {slowest.path} {slowest.seconds:.1f} s" if slowest else "no page yet")
    return wrong


def each_period_runs_once(site: Site) -> list[str]:
    """I9. One row per job and period whatever the number of beats; what was begun has ended or was taken over."""
    twice = site.ask("SELECT job, period_start FROM workers_tick GROUP BY 1, 2 HAVING count(*) > 1")
    stuck = site.ask(
        """SELECT job, period_start FROM workers_tick t WHERE finished_at IS NULL
           AND started_at < now() - interval '150 seconds' AND period_start > now() - interval '24 hours'
           AND NOT EXISTS (SELECT FROM workers_tick later WHERE later.job = t.job
                           AND later.period_start > t.period_start AND later.finished_at IS NOT NULL)"""
    )
    ran = {job for (job,) in site.ask("SELECT DISTINCT job FROM workers_tick WHERE finished_at IS NOT NULL")}
    silent = [f"{job} never ran" for job in ("workers.find_outbox_work", "workers.find_mail") if job not in ran]
    return (
        silent + [f"{job} of {at} ran twice" for job, at in twice] + [f"{job} of {at} never ended" for job, at in stuck]
    )


def the_audit_is_whole(site: Site) -> list[str]:
    """I10. Each business row has its entry, once, and the chain of seals holds."""
    wrong = []
    audited = {
        t for (t,) in site.ask("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%_audit_insert'")
    }
    assert audited
    for table in audited & {table for table, *_ in TOLD_OF}:
        found = site.ask(
            f"""SELECT t.id, count(a.id) FROM {table} t LEFT JOIN audit_auditentry a
                  ON a.table_name = '{table}' AND a.row_id = t.id AND a.action = 'insert'
                GROUP BY t.id HAVING count(a.id) <> 1"""
        )
        wrong += [f"{table} {row} has {count} entries of its beginning" for row, count in found]
    for institute in (site.cast.yhiot, site.cast.liot):
        with institute_context(institute.id):
            seal_entries()
            check = verify_seals()
            wrong += [] if check.holds else [f"{institute.code}: {check.broken}"]
    return wrong


AT_ANY_MOMENT: dict[str, Invariant] = {
    "I2": no_message_arrives_twice_unsaid,
    "I3": each_change_has_its_fact,
    "I5": the_ledger_adds_up,
    "I7": no_page_fails,
}
WHEN_QUIET: dict[str, Invariant] = {
    "I4": nothing_stays_open,  # first: planning once more would add to what is open
    "I1": each_due_reminder_has_one_row,
    "I2": no_message_arrives_twice_unsaid,
    "I2, sent": what_was_sent_arrived,
    "I3": each_change_has_its_fact,
    "I5": the_ledger_adds_up,
    "I6": nobody_sees_anothers,
    "I7": no_page_fails,
    "I8": no_process_grows_too_large,
    "I9": each_period_runs_once,
    "I10": the_audit_is_whole,
}


def assert_invariants(site: Site) -> float:
    """All ten, once everything that was recorded has been done. Returns the seconds that took."""
    took = site.wait_until_quiet()
    _assert(WHEN_QUIET, site)
    return took


def assert_at_any_moment(site: Site) -> None:
    """Those that hold between any two commits."""
    _assert(AT_ANY_MOMENT, site)


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _assert(invariants: dict[str, Invariant], site: Site) -> None:
    broken = {}
    for number, invariant in invariants.items():
        wrong = invariant(site)
        if wrong:
            broken[f"{number}: not true that {invariant.__name__.replace('_', ' ')}"] = wrong[:10]
    assert not broken, "\n".join(f"{sentence}\n  " + "\n  ".join(rows) for sentence, rows in broken.items())


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """All statements see the same moment, though others commit meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _seen(tables: list[str], institute: str) -> list[str]:
    """The tables that show this context a row of any other institute."""
    parts = [f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t} WHERE institute_id <> '{institute}')" for t in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return [table for (table,) in cursor.fetchall()]
