"""Drafting agreements, and delivering what sponsors are owed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from crm.base.clock import now, today
from crm.base.context import acting_institute
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.money import format_pounds
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import Institute, Provider, User
from crm.outbox.record import record
from employers.models import Employer
from sponsorships.domain_events.agreements import AgreementDrafted, BenefitDelivered
from sponsorships.models import (
    Agreement,
    AgreementComponent,
    AgreementParty,
    AgreementState,
    Benefit,
    ComponentKind,
    PlannedInstalment,
)
from sponsorships.models.split import split_agreement
from sponsorships.validators import check_parties_can_take_part

GIFT_WITH_BENEFIT = (
    "A gift asks nothing back. Where the sponsor is owed something in return (naming, a logo, places at an event),"
    " HMRC may see a supply that bears VAT (Notice 701/41). Make this a sponsorship fee, or split it: a fee with the"
    " benefit at its fair value, and a separate gift that does not depend on it."
)


@dataclass(frozen=True)
class BenefitTerms:
    """What the sponsor is owed, and by when."""

    what: str
    due_on: dt.date
    fair_value_pence: int | None = None


@dataclass(frozen=True)
class ComponentTerms:
    """Money of one kind for one purpose."""

    kind: str
    purpose: str
    pence: int
    vat_note: str = ""
    benefits: tuple[BenefitTerms, ...] = ()


@dataclass(frozen=True)
class PartyTerms:
    """An institute's weight in the split, and the provider that takes its money."""

    institute: Institute
    weight: int = 1
    recipient: Provider | None = None


@dataclass(frozen=True)
class Terms:
    """Everything an agreement says. `due_dates` are the payments, the same for each component."""

    title: str
    reference: str
    starts_on: dt.date
    ends_on: dt.date
    total_pence: int
    components: tuple[ComponentTerms, ...]
    parties: tuple[PartyTerms, ...]
    due_dates: tuple[dt.date, ...]
    is_total_shared: bool = False
    is_illustrative: bool = False
    illustrative_note: str = ""
    source: str = ""


_HEADER = (
    "title",
    "reference",
    "starts_on",
    "ends_on",
    "total_pence",
    "is_total_shared",
    "is_illustrative",
    "illustrative_note",
    "source",
)


@action
def draft_agreement(*, employer: Employer, terms: Terms, by: User) -> Agreement:
    """Write down what a sponsor may promise. Nothing is promised yet, and no other institute sees it.

    The acting institute leads and must be one of the parties. Raises DomainError when the parts do not add up to the
    total, a fee lists no benefit or a gift lists one, a date lies outside the term, or a joint agreement's sponsor is
    not linked to the register; Conflict when the reference is taken; NotFound when the employer was merged meanwhile.
    """
    _check_terms(terms, employer)
    if Agreement.objects.filter(reference=terms.reference).exists():
        raise Conflict("There is an agreement with this reference already.", field="reference")
    Employer.objects.lock(employer)
    agreement = Agreement.objects.create(employer=employer, drafted_by=by, **_header(terms))
    return _write(agreement, terms, by)


@action
def redraft_agreement(*, agreement: Agreement, terms: Terms, by: User) -> Agreement:
    """Replace the terms of a draft; `by` becomes its drafter, who may not sign it. Raises as draft_agreement does, and
    Conflict once it is signed."""
    locked = Agreement.objects.select_for_update().filter(pk=agreement.pk).first()
    if locked is None:
        raise NotFound("There is no such agreement in this institute.")
    if locked.state != AgreementState.DRAFT:
        raise Conflict("This agreement is signed. Amend it instead.")
    _check_terms(terms, locked.employer)
    if Agreement.objects.filter(reference=terms.reference).exclude(pk=locked.pk).exists():
        raise Conflict("There is an agreement with this reference already.", field="reference")
    locked.components.all().delete()
    locked.parties.all().delete()
    for name, value in _header(terms).items():
        setattr(locked, name, value)
    locked.drafted_by, locked.drafted_at = by, now()
    locked.save()
    return _write(locked, terms, by)


@action
def deliver_benefit(*, benefit: Benefit, delivered_on: dt.date, by: User) -> Benefit:
    """Note that the sponsor got what is owed. Raises DomainError for a future date, Conflict when it was noted already
    or is not owed: the agreement is a draft, or ended before that."""
    rows = Benefit.objects.select_related("component__agreement__employer")
    locked = rows.select_for_update(of=("self",)).filter(pk=benefit.pk).first()
    if locked is None:
        raise NotFound("There is no such benefit in this institute.")
    if locked.component.agreement.state == AgreementState.DRAFT:
        raise Conflict("This agreement is not signed yet, so nothing is owed. Sign it first.")
    if delivered_on > today():
        raise DomainError("Enter the day it was delivered, today or earlier.", field="delivered_on")
    if locked.ended_on:
        raise Conflict("The agreement ended before this was due: it is owed no longer.")
    if locked.delivered_on:
        raise Conflict(f"This was delivered on {locked.delivered_on:%-d %B %Y} already.")
    locked.delivered_on = delivered_on
    locked.save(update_fields=["delivered_on"])
    agreement = locked.component.agreement
    facts = {"benefit_id": locked.id, "what": locked.what, "delivered_on": delivered_on}
    record(BenefitDelivered(**facts, **_about(agreement)), by=by)
    return locked


def _write(agreement: Agreement, terms: Terms, by: User) -> Agreement:
    """Parties, components, benefits and the plan; then the index and the fact."""
    split = split_agreement(
        [component.pence for component in terms.components],
        [party.weight for party in terms.parties],
        len(terms.due_dates),
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=agreement,
            party=party.institute,
            number=number + 1,
            weight=party.weight,
            recipient=party.recipient,
            pence=split.of_party(number),
        )
        for number, party in enumerate(terms.parties)
    )
    for number, component in enumerate(terms.components):
        payments = [split.payment(number, payment) for payment in range(len(terms.due_dates))]
        _write_component(agreement, number + 1, component, list(zip(terms.due_dates, payments, strict=True)), by)
    search.index(
        kind="sponsorships.agreement",
        object_id=agreement.id,
        title=agreement.title,
        subtitle=agreement.employer.name,
        extra_words=agreement.reference,
    )
    record(AgreementDrafted(total_pence=agreement.total_pence, **_about(agreement)), by=by)
    return agreement


def _write_component(
    agreement: Agreement, number: int, terms: ComponentTerms, plan: Sequence[tuple[dt.date, int]], by: User
) -> None:
    component = AgreementComponent.objects.create(
        agreement=agreement,
        number=number,
        kind=terms.kind,
        purpose=terms.purpose,
        pence=terms.pence,
        vat_note=terms.vat_note,
    )
    Benefit.objects.bulk_create(Benefit(component=component, owner=by, **vars(benefit)) for benefit in terms.benefits)
    PlannedInstalment.objects.bulk_create(
        PlannedInstalment(component=component, number=payment, due_on=due_on, pence=pence)
        for payment, (due_on, pence) in enumerate(plan, start=1)
    )


def _check_terms(terms: Terms, employer: Employer) -> None:
    if not slugify(terms.reference):
        raise DomainError("Enter a reference, for example YH-2025-01.", field="reference")
    if terms.ends_on <= terms.starts_on:
        raise DomainError("The agreement must end after it starts.", field="ends_on")
    if terms.is_illustrative and not terms.illustrative_note.strip():
        raise DomainError("Say what is not public and was assumed.", field="illustrative_note")
    _check_components(terms)
    _check_dates(terms)
    _check_parties(terms, employer)


def _check_components(terms: Terms) -> None:
    if not terms.components:
        raise DomainError("Enter at least one amount and what it is for.", field="components")
    for component in terms.components:
        if component.pence <= 0:
            raise DomainError("Enter an amount above zero for each purpose.", field="components")
        if component.kind == ComponentKind.GIFT and component.benefits:
            raise DomainError(GIFT_WITH_BENEFIT, field="components", code="gift_with_benefit")
        if component.kind == ComponentKind.SPONSORSHIP_FEE and not component.benefits:
            raise DomainError(
                "A sponsorship fee pays for something: list at least one benefit, or make it a gift.",
                field="components",
            )
    parts = sum(component.pence for component in terms.components)
    if parts != terms.total_pence:
        off = format_pounds(abs(terms.total_pence - parts), exact=True)
        word = "missing from" if parts < terms.total_pence else "too much in"
        raise DomainError(f"The parts must add up to the total: {off} is {word} the parts.", field="components")


def _check_dates(terms: Terms) -> None:
    if not terms.due_dates:
        raise DomainError("Enter at least one payment.", field="due_dates")
    if list(terms.due_dates) != sorted(set(terms.due_dates)):
        raise DomainError("Enter the payment dates in order, each once.", field="due_dates")
    if terms.due_dates[0] < terms.starts_on or terms.due_dates[-1] > terms.ends_on:
        raise DomainError("Each payment must be due between the start and the end of the agreement.", field="due_dates")


def _check_parties(terms: Terms, employer: Employer) -> None:
    institutes = [party.institute.id for party in terms.parties]
    if acting_institute() not in institutes:
        raise DomainError("Your own institute leads this agreement, so it must be one of its parties.", field="parties")
    if len(set(institutes)) < len(institutes):
        raise DomainError("Name each institute once.", field="parties")
    if min(party.weight for party in terms.parties) <= 0:
        raise DomainError("Each party's share must be above zero.", field="parties")
    check_parties_can_take_part([party.institute for party in terms.parties], employer)


def _header(terms: Terms) -> dict[str, object]:
    return {name: getattr(terms, name) for name in _HEADER}


def _about(agreement: Agreement) -> dict[str, object]:
    return {"agreement_id": agreement.id, "employer_id": agreement.employer_id, "title": agreement.title}
