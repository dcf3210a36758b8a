"""Signing: a draft becomes a promise to each of its parties."""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass

from crm.base.clock import today
from crm.base.context import acting_institute, institute_context
from crm.base.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import User
from crm.outbox.record import record
from employers.actions.employers import add_employer
from employers.models import Contact, ContactRole, Employer, Organisation
from sponsorships.actions.funds import open_fund
from sponsorships.actions.journal import post_entry
from sponsorships.domain_events.agreements import AgreementSigned
from sponsorships.models import (
    Agreement,
    AgreementComponent,
    AgreementParty,
    AgreementShare,
    AgreementState,
    Bucket,
    EntryKind,
    Fund,
    Instalment,
    Move,
    ShareComponent,
)
from sponsorships.models.split import Split, split_agreement
from sponsorships.validators import check_parties_can_take_part

LONGEST_FUND_NAME = Fund._meta.get_field("name").max_length


@dataclass(frozen=True)
class Master:
    """What the lead's rows say, read before stepping into the parties, where they cannot be seen."""

    agreement: Agreement
    employer: Employer
    organisation: Organisation | None
    components: list[AgreementComponent]
    parties: list[AgreementParty]
    due_dates: list[dt.date]
    lead_id: uuid.UUID
    split: Split


@action
def sign_agreement(*, agreement: Agreement, signed_on: dt.date, signed_for_sponsor: Contact, by: User) -> Agreement:
    """Make a draft binding: in each party, in one transaction, its share, instalments, funds and promised pence.

    Raises NotAllowed when `by` drafted it; Conflict when it is signed already; DomainError when the date lies in the
    future, the contact did not hold the signatory role of this sponsor on that day, a party has closed since, or the
    sponsor of a joint agreement is no longer linked to the register.
    """
    locked = Agreement.objects.select_for_update().filter(pk=agreement.pk).first()
    if locked is None:
        raise NotFound("There is no such agreement in this institute.")
    _check_may_sign(locked, signed_on, signed_for_sponsor, by)
    locked.state = AgreementState.SIGNED
    locked.signed_on = signed_on
    locked.signed_for_sponsor = signed_for_sponsor
    locked.signed_for_institute = by
    locked.save(update_fields=["state", "signed_on", "signed_for_sponsor", "signed_for_institute"])
    master = _read(locked)
    for number, party in enumerate(master.parties):
        with institute_context(party.party_id, user_id=by.id):
            give_share(master=master, number=number, by=by)
    return locked


def _check_may_sign(agreement: Agreement, signed_on: dt.date, contact: Contact, by: User) -> None:
    if agreement.state != AgreementState.DRAFT:
        raise Conflict("This agreement is signed already.")
    if agreement.drafted_by_id == by.id:
        raise NotAllowed("You drafted this agreement. Somebody else must sign it for the institute.")
    # Since it was drafted an institute may have closed, and an import that was undone have taken the link.
    parties = [party.party for party in agreement.parties.select_related("party")]
    check_parties_can_take_part(parties, agreement.employer)
    if signed_on > today():
        raise DomainError("Enter the day it was signed, today or earlier.", field="signed_on")
    signs = ContactRole.objects.in_force(signed_on).filter(contact=contact, role=ContactRole.Role.SIGNATORY)
    if contact.employer_id != agreement.employer_id or not signs.exists():
        raise DomainError(
            f"{contact.name} was not a signatory of {agreement.employer.name} on {signed_on:%-d %B %Y}."
            " Give the contact that role first.",
            field="signed_for_sponsor",
        )


def _read(agreement: Agreement) -> Master:
    components = list(agreement.components.all())
    parties = list(agreement.parties.all())
    due_dates = list(components[0].plan.values_list("due_on", flat=True))
    split = split_agreement([c.pence for c in components], [p.weight for p in parties], len(due_dates))
    organisation = agreement.employer.organisation
    return Master(
        agreement, agreement.employer, organisation, components, parties, due_dates, acting_institute(), split
    )


@action
def give_share(*, master: Master, number: int, by: User) -> AgreementShare:
    """Write the acting institute's share of an agreement: employer, funds, instalments, promised pence.

    Called by sign_agreement alone, once per party, in that party's context: its deferred checks run here, because back
    in the lead row security hides these rows from them.
    """
    agreement = master.agreement
    mine = [c for c in range(len(master.components)) if master.split.of_component(c, number) > 0]
    # Funds first: opening one runs the deferred checks, which half a share would fail.
    funds = {c: _fund(master, master.components[c], master.parties[number], by) for c in mine}
    share = _share(master, number, _own_employer(master, by))
    components = [_share_component(share, master, c, number, funds[c]) for c in mine]
    for component in components:
        _post_promise(component, agreement.signed_on, by)
    search.index(
        kind="sponsorships.agreement",
        object_id=agreement.id,
        title=share.title,
        subtitle=share.sponsor_name,
        extra_words=share.reference,
    )
    facts = {"employer_id": share.employer_id, "title": share.title, "share_id": share.id, "pence": share.pence}
    record(AgreementSigned(agreement_id=agreement.id, signed_on=agreement.signed_on, **facts), by=by)
    return share


def _share(master: Master, number: int, employer: Employer) -> AgreementShare:
    agreement, party = master.agreement, master.parties[number]
    return AgreementShare.objects.create(
        agreement_id=agreement.id,
        lead_id=master.lead_id,
        employer=employer,
        title=agreement.title,
        reference=agreement.reference,
        sponsor_name=master.employer.name,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        signed_on=agreement.signed_on,
        pence=master.split.of_party(number),
        total_pence=agreement.total_pence if agreement.is_total_shared else None,
        recipient_id=party.recipient_id,
        is_illustrative=agreement.is_illustrative,
        illustrative_note=agreement.illustrative_note,
        source=agreement.source,
    )


def _share_component(share: AgreementShare, master: Master, index: int, party: int, fund: Fund) -> ShareComponent:
    component = master.components[index]
    mine = ShareComponent.objects.create(
        share=share,
        component_id=component.id,
        number=component.number,
        kind=component.kind,
        purpose=component.purpose,
        pence=master.split.of_component(index, party),
        fund=fund,
    )
    Instalment.objects.bulk_create(
        Instalment(
            component=mine,
            number=payment + 1,
            due_on=due_on,
            pence=pence,
            state=Instalment.State.SCHEDULED if pence else Instalment.State.CANCELLED,
        )
        for payment, (due_on, pence) in enumerate(zip(master.due_dates, master.split.cells[index][party], strict=True))
    )
    return mine


def _post_promise(component: ShareComponent, on: dt.date, by: User) -> None:
    post_entry(
        kind=EntryKind.PROMISED,
        moves=[
            Move(component.fund, Bucket.EXTERNAL, -component.pence),
            Move(component.fund, Bucket.PROMISED, component.pence),
        ],
        occurred_on=on,
        memo=f"Promised: {component.share.title}"[:300],
        source=("sponsorships.agreement", component.share.agreement_id),
        key=f"promise:{component.id}",
        by=by,
        is_typed=False,
    )


def _fund(master: Master, component: AgreementComponent, party: AgreementParty, by: User) -> Fund:
    """The fund of this sponsor and purpose in the party: fed if it is there, paused or not, opened if not.

    A closed fund takes no entry, and the party may keep another fund under that name: then the new one is numbered.
    The lead could do nothing about either.
    """
    name, standing = _fund_name(master.employer.name, component)
    return standing or open_fund(
        name=name,
        kind=component.purpose,
        starts_on=master.agreement.starts_on,
        ends_on=None,
        restriction=f"{component.get_purpose_display()}, under “{master.agreement.title}”",
        recipient=party.recipient,
        by=by,
    )


def _fund_name(sponsor: str, component: AgreementComponent) -> tuple[str, Fund | None]:
    """The first of “Sponsor bursaries”, “Sponsor bursaries (2)” … that is free, or the fund to feed that has it."""
    purpose = f" {_within_a_sentence(component.get_purpose_display())}"
    for number in itertools.count(1):
        tail = purpose if number == 1 else f"{purpose} ({number})"
        name = f"{sponsor[: LONGEST_FUND_NAME - len(tail)]}{tail}"
        standing = Fund.objects.filter(name__iexact=name).first()
        if standing is None:
            return name, None
        if standing.kind == component.purpose and standing.state != Fund.State.CLOSED:
            return name, standing
    raise AssertionError("Some number is always free.")


def _within_a_sentence(label: str) -> str:
    """Its first letter small, unless it begins with an abbreviation such as STE(A)M."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _own_employer(master: Master, by: User) -> Employer:
    """The party's own record of the sponsor; made from the register's public facts when it has none.

    Nothing of what the lead wrote about the employer comes along.
    """
    if acting_institute() == master.lead_id:
        return master.employer
    register = master.organisation
    standing = Employer.objects.filter(organisation=register).first()
    return standing or add_employer(
        name=register.legal_name,
        company_number=register.company_number,
        town=register.town,
        stage=Employer.Stage.ACTIVE,
        confirmed=True,
        by=by,
    )
