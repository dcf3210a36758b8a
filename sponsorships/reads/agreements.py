"""Figures and lists of agreements, instalments and what is owed."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from crm.base.clock import today
from crm.base.names import match_key
from crm.identity.models import User
from employers.models import Employer
from sponsorships.models import (
    Agreement,
    AgreementComponent,
    AgreementParty,
    AgreementShare,
    Benefit,
    Instalment,
    Receipt,
    ReceiptMatch,
    ShareComponent,
    Waiver,
)
from sponsorships.models.split import Split, split_agreement


def out_of_step(lead_id: uuid.UUID | None = None) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(lead institute, agreement) of every signed agreement whose master and shares differ by a penny or a day.

    Of one lead where it is named. Asks a definer function, since no context may read several institutes' rows
    together; it returns ids only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT lead_id, agreement_id FROM agreements_out_of_step(%s)", [lead_id])
        return cursor.fetchall()


@dataclass(frozen=True)
class Standing:
    """What an employer promised this institute, less what was written off, and what came, in pence."""

    promised_pence: int
    received_pence: int
    overdue_pence: int
    next_due: Instalment | None
    shares: list[AgreementShare]


def shares_of(employer: Employer) -> QuerySet[AgreementShare]:
    """What one employer promised this institute, each with what came."""
    return AgreementShare.objects.filter(employer=employer).with_received()


def expected_of(employer: Employer) -> QuerySet[Instalment]:
    """What is still to come from one employer, soonest first."""
    expected = Instalment.objects.filter(component__share__employer=employer).expected()
    return expected.with_agreement().order_by("due_on", "id")


def standing(shares: list[AgreementShare], expected: list[Instalment]) -> Standing:
    """Promises and receipts of one employer over all its agreements, from its `shares_of` and `expected_of`."""
    return Standing(
        promised_pence=sum(share.standing_pence for share in shares),
        received_pence=sum(share.received_pence for share in shares),
        overdue_pence=sum(i.outstanding_pence for i in expected if i.is_overdue),
        next_due=next((i for i in expected if not i.is_overdue), None),
        shares=shares,
    )


SOON = dt.timedelta(days=30)
MOST_OFFERED = 500  # instalments to choose among for one receipt


@dataclass(frozen=True)
class Tally:
    """So many instalments of so many pence together."""

    count: int
    pence: int

    @property
    def in_words(self) -> str:
        return f"{self.count} instalment{'' if self.count == 1 else 's'}" if self.count else "None"


@dataclass(frozen=True)
class ExpectedMoney:
    """What sponsors still owe. `first` are the soonest: late and soon due, or else the next to come."""

    late: Tally
    soon: Tally  # from today on, within a month
    all: Tally
    first: list[Instalment]


def instalments_to_come(user: User) -> QuerySet[Instalment]:
    """Every instalment of which something is still to come, soonest first."""
    return Instalment.objects.visible_to(user).expected().with_agreement().order_by("due_on", "id")


def expected_money(user: User, *, shown: int = 5) -> ExpectedMoney:
    """The sums over `instalments_to_come` and its first rows. Two queries."""
    to_come, day = instalments_to_come(user), today()
    late, soon = Q(due_on__lt=day), Q(due_on__range=(day, day + SOON))
    owed = F("pence") - F("paid_pence")
    sums = to_come.aggregate(
        late=Count("pk", filter=late),
        late_pence=Sum(owed, filter=late, default=0),
        soon=Count("pk", filter=soon),
        soon_pence=Sum(owed, filter=soon, default=0),
        all=Count("pk"),
        all_pence=Sum(owed, default=0),
    )
    wanted = min(shown, sums["late"] + sums["soon"] or 2)
    tallies = {name: Tally(sums[name], sums[f"{name}_pence"]) for name in ("late", "soon", "all")}
    return ExpectedMoney(**tallies, first=list(to_come[:wanted]))


@dataclass(frozen=True)
class Promises:
    """What sponsors promised this institute and what came of it, over the shares of the list."""

    shares: list[AgreementShare]
    late: Tally

    @property
    def promised_pence(self) -> int:
        return sum(share.standing_pence for share in self.shares)

    @property
    def received_pence(self) -> int:
        return sum(share.received_pence for share in self.shares)


def signed_shares(user: User) -> QuerySet[AgreementShare]:
    """The shares this institute has in signed agreements, each with what came, latest first."""
    shares = AgreementShare.objects.visible_to(user).with_received()
    return shares.select_related("employer").order_by("-signed_on", "-id")


def promises(user: User) -> Promises:
    """Promised, received and late over `signed_shares`. Two queries."""
    owed = F("pence") - F("paid_pence")
    late = instalments_to_come(user).overdue().aggregate(count=Count("pk"), pence=Sum(owed, default=0))
    return Promises(list(signed_shares(user)), Tally(**late))


def instalments_expected() -> QuerySet[Instalment]:
    """Those of which something is still to come, soonest first."""
    return Instalment.objects.expected().with_agreement().order_by("due_on", "id")


def benefits_owed(agreement_id: uuid.UUID) -> QuerySet[Benefit]:
    """What the sponsor of an agreement led here is owed, delivered or not, soonest first."""
    rows = Benefit.objects.filter(component__agreement_id=agreement_id)
    return rows.select_related("component", "owner").order_by("due_on", "id")


@dataclass(frozen=True)
class SplitTable:
    """How a draft falls over its parties: a row per party, a cell per component."""

    components: list[AgreementComponent]
    rows: list[tuple[AgreementParty, list[int]]]
    due_dates: list[dt.date]

    @property
    def total_pence(self) -> int:
        return sum(component.pence for component in self.components)


def split_of(agreement: Agreement) -> SplitTable:
    """What each party of a draft will get of each component once it is signed."""
    components = list(agreement.components.prefetch_related("plan"))
    parties = list(agreement.parties.select_related("party", "recipient").prefetch_related("write_offs__component"))
    plan = [row for component in components[:1] for row in component.plan.all()]
    split = split_agreement([c.pence for c in components], [p.weight for p in parties], max(1, len(plan)))
    rows = [(party, _cells(split, number, len(components))) for number, party in enumerate(parties)]
    return SplitTable(components, rows, [row.due_on for row in plan])


def _cells(split: Split, party: int, components: int) -> list[int]:
    return [split.of_component(component, party) for component in range(components)]


@dataclass(frozen=True)
class ComponentMoney:
    """A component of a share with its instalments and what came."""

    component: ShareComponent
    instalments: list[Instalment]

    @property
    def received_pence(self) -> int:
        return sum(instalment.paid_pence for instalment in self.instalments)

    @property
    def written_off_pence(self) -> int:
        return sum(instalment.written_off_pence for instalment in self.instalments)

    @property
    def standing_pence(self) -> int:
        """Promised, less what was written off."""
        return self.component.pence - self.written_off_pence


def components_of(share: AgreementShare) -> QuerySet[ShareComponent]:
    """What a share is made of, in order."""
    return ShareComponent.objects.filter(share=share).select_related("fund").order_by("number", "id")


def instalments_of(share: AgreementShare) -> QuerySet[Instalment]:
    """The payments of a share, in order."""
    return Instalment.objects.filter(component__share=share).order_by("number", "id")


def schedule_of(
    components: Iterable[ShareComponent], payments: Iterable[Instalment], waivers: Iterable[Waiver]
) -> list[ComponentMoney]:
    """The components of a share with their payments, each with its `open_waiver` if one of the `waivers` waits for a
    decision."""
    asked = {waiver.instalment_id: waiver for waiver in waivers if waiver.state == Waiver.State.ASKED}
    instalments: dict[uuid.UUID, list[Instalment]] = {}
    for instalment in payments:
        instalment.open_waiver = asked.get(instalment.id)
        instalments.setdefault(instalment.component_id, []).append(instalment)
    return [ComponentMoney(component, instalments.get(component.id, [])) for component in components]


def waivers_of(share: AgreementShare) -> QuerySet[Waiver]:
    """What was asked to be written off on a share's instalments, latest first."""
    rows = Waiver.objects.filter(instalment__component__share=share)
    return rows.select_related("instalment__component", "asked_by", "decided_by").order_by("-asked_at", "-id")


def waivers_to_decide(user: User) -> QuerySet[Waiver]:
    """What waits for a second person, oldest first; their own are left out, since they may not decide them."""
    asked = Waiver.objects.filter(state=Waiver.State.ASKED).exclude(asked_by=user).order_by("asked_at", "id")
    return asked.select_related("instalment__component__share", "asked_by")


def money_in(share: AgreementShare) -> QuerySet[ReceiptMatch]:
    """What was matched to the instalments of a share, latest first, each with `undone` if it was."""
    rows = ReceiptMatch.objects.with_undoing().filter(instalment__component__share=share)
    return rows.select_related("receipt", "instalment__component").order_by("-receipt__banked_on", "-id")


def is_payers_own(receipt: Receipt, instalment: Instalment) -> bool:
    """Whether the payer on the bank statement and the sponsor who promised the instalment go by one name."""
    return _go_by_one_name(receipt.payer, instalment.component.share.sponsor_name)


def _go_by_one_name(payer: str, sponsor: str) -> bool:
    payer, sponsor = match_key(payer), match_key(sponsor)
    return bool(payer and sponsor) and (payer in sponsor or sponsor in payer)


def likely_instalments(receipt: Receipt) -> list[Instalment]:
    """Instalments that a receipt may be for, likeliest first: the payer's own, those of exactly that amount, the
    soonest. At most MOST_OFFERED, and never without the payer's own for others that are due before. Two queries."""
    shares = AgreementShare.objects.values_list("pk", "sponsor_name")
    own = [pk for pk, sponsor in shares if _go_by_one_name(receipt.payer, sponsor)]
    own_first = [Case(When(component__share__in=own, then=False), default=True)] if own else []
    fits = Case(When(pence=F("paid_pence") + receipt.unmatched_pence, then=False), default=True)
    expected = Instalment.objects.expected().with_agreement().order_by(*own_first, fits, "due_on", "id")
    return list(expected[:MOST_OFFERED])
