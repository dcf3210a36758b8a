"""The sponsor's contribution report: one projection for the page, its charts and the CSV, so that all say the same.

Everything comes from sponsorships' own tables: shares and funds of the sponsor, the journal and its roll-up, counted
contributions. Scoped twice: to the institutes of the context, and to the employers the person was granted.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from crm.base.clock import today
from crm.core.together import read_together
from crm.identity.models import User
from crm.web.words import counted
from sponsorships.models import (
    AgreementShare,
    Award,
    AwardInstalment,
    EntryKind,
    Fund,
    Instalment,
    JournalEntry,
    PortalGrant,
    Valuation,
)
from sponsorships.reads.disclosure import Group, publishable, publishable_in_order, shown_count
from sponsorships.reads.funds import FundUsage, added_up, usage_of

CHALLENGE = "events.challenge"  # what a challenge's cost names as its source


@dataclass(frozen=True)
class Part:
    """One institute's part of the report."""

    institute: str
    usage: FundUsage
    in_kind_pence: int


@dataclass(frozen=True)
class Gift:
    """A counted contribution in kind, and how it was valued."""

    title: str
    delivered_on: dt.date
    institute: str
    basis: str
    pence: int


@dataclass(frozen=True)
class Due:
    """What one institute still expects on one day."""

    institute: str
    due_on: dt.date
    pence: int

    @property
    def is_late(self) -> bool:
        """The day is past."""
        return self.due_on < today()


@dataclass(frozen=True)
class SponsorReport:
    """All figures in pence. `learners` counts those who were paid; None when there are too few to say."""

    sponsor: str
    title: str
    starts_on: dt.date
    ends_on: dt.date
    parts: list[Part]
    gifts: list[Gift]
    challenges: int
    learners: int | None
    by_term: list[Group]
    by_purpose: list[Group]
    next_due: list[Due]
    is_illustrative: bool
    note: str

    @property
    def usage(self) -> FundUsage:
        """All institutes together."""
        return added_up(part.usage for part in self.parts)

    @property
    def in_kind_pence(self) -> int:
        """Counted contributions of all institutes."""
        return sum(part.in_kind_pence for part in self.parts)


def granted_employers(user: User) -> QuerySet:
    """The ids of the employers whose sponsorship this person may read, as part of a query."""
    return PortalGrant.objects.live().filter(user=user).values("employer_id")


def sponsor_report(user: User) -> SponsorReport | None:
    """The report for a sponsor's contact over all institutes of the context; None when nothing is granted or signed."""
    employers = granted_employers(user)
    signed = AgreementShare.objects.filter(employer__in=employers).select_related("institute")
    shares = list(signed.order_by("starts_on", "institute", "id"))
    if not shares:
        return None
    funds = _funds_of(shares)
    paid = _paid(funds)
    found = read_together({"counted": _counted(employers), "due": _outstanding(shares)})
    gifts = _gifts(found["counted"])
    return SponsorReport(
        sponsor=shares[0].sponsor_name,
        title=_title(shares),
        starts_on=min(share.starts_on for share in shares),
        ends_on=max(share.ends_on for share in shares),
        parts=_parts(shares, funds, gifts),
        gifts=gifts,
        challenges=_challenges(funds),
        learners=shown_count(len({learner for _, _, learner, _ in paid})),
        by_term=publishable_in_order(_by_term(paid)),
        by_purpose=publishable(_by_purpose(paid), merged_label="Other purposes"),
        next_due=_next_due(found["due"]),
        is_illustrative=any(share.is_illustrative for share in shares),
        note=next((share.illustrative_note for share in shares if share.illustrative_note), ""),
    )


def _title(shares: list[AgreementShare]) -> str:
    """What it is about: the earliest agreement, and how many more the figures and the days hold."""
    agreements = {share.agreement_id: share.title for share in reversed(shares)}
    more = len(agreements) - 1
    return f"{shares[0].title} and {counted(more, 'more agreements')}" if more else shares[0].title


def _funds_of(shares: Iterable[AgreementShare]) -> list[Fund]:
    """Funds fed by these shares and by nobody else's: of a fund with several sponsors none may see the others'."""
    ids = [share.pk for share in shares]
    mine = Fund.objects.filter(share_components__share__in=ids).distinct()
    shared = Fund.objects.filter(share_components__isnull=False).exclude(share_components__share__in=ids)
    return list(mine.exclude(pk__in=shared.values("pk")).order_by("institute", "name", "id"))


def _parts(shares: list[AgreementShare], funds: list[Fund], gifts: list[Gift]) -> list[Part]:
    usages = usage_of(funds)
    names = {share.institute_id: share.institute.short_name for share in shares}
    return [
        Part(
            institute=name,
            usage=added_up(usages[fund.pk] for fund in funds if fund.institute_id == institute_id),
            in_kind_pence=sum(gift.pence for gift in gifts if gift.institute == name),
        )
        for institute_id, name in sorted(names.items(), key=lambda item: item[1])
    ]


def _counted(employers: QuerySet) -> QuerySet[Valuation]:
    counted = Valuation.objects.counted().filter(line__contribution__employer__in=employers)
    return counted.select_related("line__contribution", "institute")


def _gifts(counted: list[Valuation]) -> list[Gift]:
    gifts = [
        Gift(
            title=valuation.line.contribution.title,
            delivered_on=valuation.line.contribution.delivered_on,
            institute=valuation.institute.short_name,
            basis=valuation.get_basis_display(),
            pence=valuation.pence,
        )
        for valuation in counted
    ]
    return sorted(gifts, key=lambda gift: (gift.delivered_on, gift.title))


def _challenges(funds: list[Fund]) -> int:
    """Challenges that a cost was paid for out of these funds and not reversed."""
    spent = JournalEntry.objects.filter(kind=EntryKind.SPENT, source_type=CHALLENGE, postings__fund__in=funds)
    standing = spent.filter(reverses__isnull=True, reversals__isnull=True)
    return standing.values("source_id").distinct().count()


def _paid(funds: list[Fund]) -> list[tuple[dt.date, str, uuid.UUID, int]]:
    """(day, purpose, learner, pence) of each instalment that was paid."""
    paid: QuerySet = AwardInstalment.objects.filter(award__fund__in=funds, state=AwardInstalment.State.PAID)
    return list(paid.order_by("paid_on", "id").values_list("paid_on", "award__purpose", "award__learner_id", "pence"))


def _by_purpose(paid: list[tuple[dt.date, str, uuid.UUID, int]]) -> list[Group]:
    labels = dict(Award.Purpose.choices)
    return _grouped((labels[purpose], learner, pence) for _, purpose, learner, pence in paid)


def _by_term(paid: list[tuple[dt.date, str, uuid.UUID, int]]) -> list[Group]:
    return _grouped((term(day), learner, pence) for day, _, learner, pence in paid)


def _grouped(rows: Iterable[tuple[str, uuid.UUID, int]]) -> list[Group]:
    pence: dict[str, int] = {}
    learners: dict[str, set[uuid.UUID]] = {}
    for label, learner, amount in rows:
        pence[label] = pence.get(label, 0) + amount
        learners.setdefault(label, set()).add(learner)
    return [Group(label, pence[label], frozenset(learners[label])) for label in pence]


def term(day: dt.date) -> str:
    """The school term a day lies in: `Aut 25` (August to December), `Spr 26` (to April), `Sum 26` (to July)."""
    name = "Aut" if day.month >= 8 else "Spr" if day.month <= 4 else "Sum"
    return f"{name} {day.year % 100:02d}"


def _outstanding(shares: list[AgreementShare]) -> QuerySet[Instalment]:
    """What is still outstanding and due within sixty days, or late."""
    due = Instalment.objects.filter(component__share__in=shares, due_on__lte=today() + dt.timedelta(days=60))
    return due.expected().select_related("institute")


def _next_due(outstanding: list[Instalment]) -> list[Due]:
    """One line per day and institute."""
    sums: dict[tuple[dt.date, str], int] = defaultdict(int)
    for instalment in outstanding:
        sums[instalment.due_on, instalment.institute.short_name] += instalment.outstanding_pence
    return [Due(institute, due_on, pence) for (due_on, institute), pence in sorted(sums.items())]
