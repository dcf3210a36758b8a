"""Figures and lists of contributions."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db.models import QuerySet

from crm.identity.models import User
from employers.models import Employer
from sponsorships.models import AgreementShare, Contribution, ContributionLine, Valuation
from sponsorships.models.rate_card import Rate, priced, rate_of, rate_of_grade
from sponsorships.querysets.contributions import COUNTED_BASES

B, S = Valuation.Basis, Valuation.State


def counted_in_kind(
    *,
    employer: Employer | None = None,
    share: AgreementShare | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> int:
    """Pence of accepted contributions with an approved valuation, delivered in the period (both days included).

    One valuation counts per line; see `ValuationQuerySet.counted`. Of one employer or one agreement share where named.
    """
    valuations = counted_valuations(employer=employer, share=share).delivered_between(since, until)
    return sum(valuations.values_list("pence", flat=True))


def counted_valuations(*, employer: Employer | None = None, share: AgreementShare | None = None) -> QuerySet[Valuation]:
    """The valuations whose pence `counted_in_kind` adds up."""
    valuations = Valuation.objects.counted()
    if employer is not None:
        valuations = valuations.filter(line__contribution__employer=employer)
    if share is not None:
        valuations = valuations.filter(line__contribution__share=share)
    return valuations


def counted_by_contribution(ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Counted pence of each of these contributions that has any."""
    totals: dict[uuid.UUID, int] = {}
    counted = Valuation.objects.counted().filter(line__contribution__in=ids)
    for contribution_id, pence in counted.values_list("line__contribution_id", "pence"):
        totals[contribution_id] = totals.get(contribution_id, 0) + pence
    return totals


@dataclass
class GivenInKind:
    """What one employer gave in kind, by counted pence."""

    employer: str
    contributions: int = 0
    period_pence: int = 0
    all_pence: int = 0


def in_kind_by_employer(*, since: dt.date | None = None, until: dt.date | None = None) -> list[GivenInKind]:
    """Each employer with counted contributions: those delivered in the period (both days included; None: open), and
    all. Most first. One query."""
    given: dict[uuid.UUID, GivenInKind] = {}
    seen: set[uuid.UUID] = set()
    facts = ("employer_id", "employer__name", "id", "delivered_on")
    counted = Valuation.objects.counted().values_list(*(f"line__contribution__{fact}" for fact in facts), "pence")
    for employer_id, name, contribution_id, delivered_on, pence in counted:
        row = given.setdefault(employer_id, GivenInKind(name))
        row.contributions += contribution_id not in seen
        seen.add(contribution_id)
        row.all_pence += pence
        is_in_period = (since is None or delivered_on >= since) and (until is None or delivered_on <= until)
        row.period_pence += pence if is_in_period else 0
    return sorted(given.values(), key=lambda row: (-row.all_pence, row.employer.casefold()))


@dataclass(frozen=True)
class OtherRate:
    """A value at a rate that was not in force on the day of giving, and what it would be at that of the day."""

    valuation: Valuation
    rate: Rate
    of_the_day: Rate | None  # of the same grade
    pence: int | None  # at that


@dataclass
class LineDossier:
    """A line with its three values side by side, never merged. None where nobody has said."""

    line: ContributionLine
    declared: Valuation | None = None
    comparator: Valuation | None = None
    accepted: Valuation | None = None  # approved, on the strongest basis: what counts once the gift is accepted
    waiting: list[Valuation] = field(default_factory=list)
    history: list[Valuation] = field(default_factory=list)
    other_rate: OtherRate | None = None


def dossiers(contribution: Contribution) -> list[LineDossier]:
    """The lines of a contribution with what each is said to be worth. Two queries and one for the evidence."""
    cards = {line.id: LineDossier(line) for line in contribution.lines.all()}
    valuations = Valuation.objects.filter(line__contribution=contribution).order_by("-valued_on", "-id")
    for valuation in valuations.select_related("valued_by", "decided_by").prefetch_related("evidence"):
        card = cards[valuation.line_id]
        valuation.line = card.line
        card.history.append(valuation)
        if valuation.state == S.SUBMITTED:
            card.waiting.append(valuation)
        if valuation.state in (S.SUBMITTED, S.APPROVED):
            _place(card, valuation)
    for card in cards.values():
        card.other_rate = _other_rate(card)
    return list(cards.values())


def _other_rate(card: LineDossier) -> OtherRate | None:
    """Of the value that counts, or of one that waits to. None where a later one at the right rate waits already."""
    asked = [valuation for valuation in card.waiting if valuation.rate_code]
    latest = asked[0] if asked else card.accepted
    if latest is None or latest.is_at_the_rate_of_the_day is not False:
        return None
    rate = rate_of(latest.rate_code)
    of_the_day = rate_of_grade(rate.grade, card.line.contribution.given_on)
    pence = priced(of_the_day, card.line.quantity_hundredths, card.line.unit) if of_the_day else None
    return OtherRate(latest, rate, of_the_day, pence)


def _place(card: LineDossier, valuation: Valuation) -> None:
    if valuation.basis == B.DONOR_DECLARED:
        card.declared = card.declared or valuation
    elif valuation.basis == B.MARKET_COMPARATOR:
        card.comparator = card.comparator or valuation
    if valuation.state == S.APPROVED and valuation.basis in COUNTED_BASES:
        stronger = card.accepted is None or _strength(valuation) < _strength(card.accepted)
        card.accepted = valuation if stronger else card.accepted


def _strength(valuation: Valuation) -> int:
    return COUNTED_BASES.index(valuation.basis)


def valuations_to_approve(user: User) -> QuerySet[Valuation]:
    """What waits for a second person, oldest first; their own are left out, since they may not decide them."""
    waiting = Valuation.objects.waiting().exclude(valued_by=user).order_by("valued_on", "id")
    return waiting.select_related("line__contribution__employer", "valued_by")
