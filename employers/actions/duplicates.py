"""Pairs of employers that may be one: put forward, and settled by a person. Nothing is merged without one."""

import uuid
from collections.abc import Collection, Iterable

from crm.base.clock import now
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.merging import PairJudged
from employers.models import DuplicatePair, Employer
from employers.reads.duplicates import Known, duplicates_of_rows
from employers.reads.worth import worth_a_look

NAMED_BY_HAND = "named by a colleague"
AT_ONCE = 500


@action
def queue_duplicates(*, employer_ids: Collection[uuid.UUID], by: User | None = None) -> int:
    """Look for others like these employers and put likely pairs in the queue. Returns how many were new.

    For workers, after employers were added, renamed or imported; safe to repeat. A pair that somebody settled stays
    settled. Pairs with two different official numbers are never queued.
    """
    ids = sorted(set(employer_ids))
    return sum(_queue(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE))


@action
def pair_up(*, one: Employer, other: Employer, by: User) -> DuplicatePair:
    """Put two employers forward as one, to be compared and merged. The pair as it is when it is there already."""
    if one.pk == other.pk:
        raise DomainError("Choose another employer: this is the same one.")
    first, second = sorted((one.pk, other.pk))
    facts = {"reasons": [NAMED_BY_HAND], "score": 100}
    pair, is_new = DuplicatePair.objects.get_or_create(first_id=first, second_id=second, defaults=facts)
    if not is_new and pair.state == DuplicatePair.State.DIFFERENT:  # somebody thinks otherwise now
        pair = _reopen(pair)
    return pair


@action
def say_different(*, pair: DuplicatePair, by: User) -> DuplicatePair:
    """Say that the two are not the same. Remembered: they are not put forward again. Raises Conflict when settled."""
    pair = DuplicatePair.objects.lock(pair)
    if pair.state != DuplicatePair.State.OPEN:
        raise Conflict(f"A colleague has settled this pair already: {pair.get_state_display().lower()}.")
    pair.state, pair.decided_at, pair.decided_by = DuplicatePair.State.DIFFERENT, now(), by
    pair.save(update_fields=["state", "decided_at", "decided_by"])
    record(PairJudged(pair_id=pair.pk, first_id=pair.first_id, second_id=pair.second_id, state=pair.state), by=by)
    return pair


def _reopen(pair: DuplicatePair) -> DuplicatePair:
    pair.state, pair.decided_at, pair.decided_by = DuplicatePair.State.OPEN, None, None
    pair.save(update_fields=["state", "decided_at", "decided_by"])
    return pair


def _queue(ids: list[uuid.UUID]) -> int:
    employers = list(Employer.objects.filter(pk__in=ids).select_related("organisation").order_by("pk"))
    likely = duplicates_of_rows([Known.of(employer) for employer in employers])
    pairs: dict[tuple[uuid.UUID, uuid.UUID], DuplicatePair] = {}
    for employer, candidates in zip(employers, likely, strict=True):
        for candidate in filter(worth_a_look, candidates):
            first, second = sorted((employer.pk, candidate.employer.pk))
            facts = {"reasons": list(candidate.reasons), "score": round(candidate.score * 100)}
            pairs.setdefault((first, second), DuplicatePair(first_id=first, second_id=second, **facts))
    return len(_unknown(pairs.values()))


def _unknown(pairs: Iterable[DuplicatePair]) -> list[DuplicatePair]:
    pairs = list(pairs)
    known = DuplicatePair.objects.filter(first__in=[p.first_id for p in pairs]).values_list("first_id", "second_id")
    known = set(known)
    new = [pair for pair in pairs if (pair.first_id, pair.second_id) not in known]
    DuplicatePair.objects.bulk_create(new, ignore_conflicts=True)
    return new
