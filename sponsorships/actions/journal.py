"""The one door through which money moves."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError, OverLimit
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.domain_events import EntryReversed, JournalEntryPosted
from sponsorships.models import Bucket, EntryKind, Fund, JournalEntry, Move, Posting, check_moves, merged
from sponsorships.validators import check_names_nobody

K = EntryKind

OF_AWARDS = (K.AWARDED, K.PAID, K.PAYMENT_FAILED, K.RELEASED, K.RECOVERED)
OF_AGREEMENTS, OF_RECEIPTS = "sponsorships.agreement", "sponsorships.receipt"
LARGEST = 10**15  # pence: far beyond any fund, far inside bigint


@action
def post_entry(
    *,
    kind: str,
    moves: Sequence[Move],
    occurred_on: dt.date,
    memo: str,
    source: tuple[str, uuid.UUID],
    key: str,
    by: User | None,
    reverses: JournalEntry | None = None,
    is_typed: bool = True,
) -> JournalEntry:
    """Move pence between buckets of funds of the acting institute, in one entry that is never changed.

    `moves` are signed and sum to zero in each fund (a transfer: over its two). The funds are locked in the order of
    their ids. `key` is chosen before the first try: the same key with the same facts returns the entry that stands.
    A memo that was put together from an agreement's title, a payer or a bank reference is not `is_typed`: those name
    sponsors and no learner, and “Dr Martens” or a reference that reads like a telephone number must not be refused.

    Raises Conflict (the key stands for something else, or a fund is closed), OverLimit (a bucket holds less than is
    taken; says how much is left), DomainError (the kind may not move money that way, or a typed memo names a person).
    """
    lines = merged(moves)
    check_moves(kind, lines, turned=reverses is not None)
    _check_words(memo, key, is_typed=is_typed)
    funds = Fund.objects.locked(line.fund.pk for line in lines)
    facts = (str(kind), occurred_on, memo, source[0], source[1], reverses.id if reverses else None)
    standing = JournalEntry.objects.with_key(key).first()
    if standing:
        return _same(standing, facts, lines)
    _refuse_closed(funds.values())
    _refuse_overdraft(lines)
    entry = _write(facts, key, lines, by)
    for fund_id, sequence in _write_postings(entry, lines).items():
        record(JournalEntryPosted(fund_id=fund_id, entry_id=entry.id, kind=entry.kind, sequence=sequence), by=by)
    return entry


@action
def reverse_entry(*, entry: JournalEntry, memo: str, by: User, occurred_on: dt.date) -> JournalEntry:
    """Undo an entry by one of the same kind with every sign turned. Once.

    Raises Conflict when `entry` belongs to an award, an agreement or a receipt (which have their own ways back and
    must not lose step with the journal), and as turn_entry does.
    """
    if entry.kind in OF_AWARDS:
        raise Conflict("This entry belongs to an award. Withdraw the award or recover the payment instead.")
    if entry.source_type == OF_AGREEMENTS:
        raise Conflict("This entry belongs to an agreement. Amend the agreement instead.")
    if entry.source_type == OF_RECEIPTS:
        raise Conflict("This entry belongs to a receipt. Undo there what the receipt was for.")
    return turn_entry(entry=entry, memo=memo, by=by, occurred_on=occurred_on)


@action
def turn_entry(
    *, entry: JournalEntry, memo: str, by: User, occurred_on: dt.date, is_typed: bool = True
) -> JournalEntry:
    """The entry that undoes `entry`. Called by reverse_entry, and by the actions that undo what an entry came from.

    Raises Conflict when `entry` is itself a reversal or was reversed already, OverLimit when the money has moved on
    meanwhile, DomainError for a day before its entry's or to come.
    """
    if entry.reverses_id:
        raise Conflict("This entry is itself a reversal. Post a new entry instead.")
    if occurred_on < entry.occurred_on:
        raise DomainError("A reversal cannot be dated before its entry.", field="occurred_on")
    if occurred_on > max(today(), entry.occurred_on):
        raise DomainError("Enter today's date or an earlier one.", field="occurred_on")
    done = JournalEntry.objects.filter(reverses=entry).first()
    if done:
        raise Conflict(f"This entry was reversed on {done.occurred_on:%-d %B %Y}.")
    postings = list(entry.postings.select_related("fund"))
    reversal = post_entry(
        kind=entry.kind,
        moves=[Move(posting.fund, posting.bucket, -posting.pence) for posting in postings],
        occurred_on=occurred_on,
        memo=memo,
        source=(entry.source_type, entry.source_id),
        key=f"reverse:{entry.id}",
        by=by,
        reverses=entry,
        is_typed=is_typed,
    )
    pence = sum(posting.pence for posting in postings if posting.pence > 0)
    for fund_id in sorted({posting.fund_id for posting in postings}):
        facts = {"entry_id": reversal.id, "reverses_id": entry.id, "kind": entry.get_kind_display(), "pence": pence}
        record(EntryReversed(fund_id=fund_id, **facts), by=by)
    return reversal


def _check_words(memo: str, key: str, *, is_typed: bool) -> None:
    if not memo.strip():
        raise DomainError("Say in a few words what this entry is for.", field="memo")
    if not 1 <= len(key) <= 120:
        raise ValueError("A journal key has 1 to 120 characters.")
    if is_typed:
        check_names_nobody(memo, field="memo")


def _same(standing: JournalEntry, facts: tuple, lines: list[Move]) -> JournalEntry:
    """The entry that a repeat asks for, if it is one."""
    written = (standing.kind, standing.occurred_on, standing.memo, standing.source_type, standing.source_id)
    postings = set(standing.postings.values_list("fund_id", "bucket", "pence"))
    if (*written, standing.reverses_id) != facts or postings != {(m.fund.pk, m.bucket, m.pence) for m in lines}:
        raise Conflict("This was entered already with other details. Reload the page and look at the journal.")
    return standing


def _refuse_closed(funds: Sequence[Fund]) -> None:
    for fund in funds:
        if fund.state == Fund.State.CLOSED:
            raise Conflict(f"The fund “{fund}” is closed. Open it again before moving its money.", field="fund")


def _refuse_overdraft(lines: list[Move]) -> None:
    held = {fund: fund.held() for fund in {line.fund for line in lines}}
    for line in lines:
        if abs(line.pence) > LARGEST:
            raise OverLimit("That is more than the journal can hold.", field="pence")
        if line.bucket != Bucket.EXTERNAL:
            line.fund.refuse_overdraft(line.bucket, -line.pence, held[line.fund])


def _write(facts: tuple, key: str, lines: list[Move], by: User | None) -> JournalEntry:
    kind, occurred_on, memo, source_type, source_id, reverses_id = facts
    try:
        with transaction.atomic():
            return JournalEntry.objects.create(
                kind=kind,
                occurred_on=occurred_on,
                memo=memo,
                source_type=source_type,
                source_id=source_id,
                idempotency_key=key,
                reverses_id=reverses_id,
                by=by,
            )
    except IntegrityError as error:
        # Two at once with one key but other funds: the lock did not part them, the unique constraint did.
        raise Conflict("This was entered a moment ago. Reload the page and look at the journal.") from error


def _write_postings(entry: JournalEntry, lines: list[Move]) -> dict[uuid.UUID, int]:
    """All lines in one statement, for the trigger sees each entry whole. Returns each fund's last sequence."""
    last = {line.fund.pk: _last_sequence(line.fund) for line in {line.fund.pk: line for line in lines}.values()}
    postings = []
    for line in lines:
        last[line.fund.pk] += 1
        postings.append(
            Posting(
                entry=entry,
                fund=line.fund,
                bucket=line.bucket,
                pence=line.pence,
                kind=entry.kind,
                occurred_on=entry.occurred_on,
                sequence=last[line.fund.pk],
            )
        )
    Posting.objects.bulk_create(postings)
    return last


def _last_sequence(fund: Fund) -> int:
    """The fund is locked, so the next number is ours. The unique index answers it backwards in one step."""
    return Posting.objects.filter(fund=fund).order_by("-sequence").values_list("sequence", flat=True).first() or 0
