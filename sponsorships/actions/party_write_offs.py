"""Telling the institute that leads an agreement what another party let the sponsor off."""

import datetime as dt
import uuid

from crm.base.context import acting_institute, institute_context
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.domain_events import PartyWroteOff
from sponsorships.models import Agreement, AgreementComponent, Instalment, PartyWriteOff


@action
def tell_lead_of_write_off(*, instalment: Instalment, written_off_on: dt.date, by: User | None) -> PartyWriteOff | None:
    """Note a written-off instalment of the acting institute where its agreement is led; None where that is here.

    The lead learns which payment and how much, which is what its agreement no longer brings. A repeat changes nothing.
    """
    party_id, lead_id = acting_institute(), instalment.component.share.lead_id
    if lead_id == party_id:
        return None
    with institute_context(lead_id):
        return _note(instalment, party_id, written_off_on, by)


def _note(instalment: Instalment, party_id: uuid.UUID, written_off_on: dt.date, by: User | None) -> PartyWriteOff:
    """In the lead's context: of the instalment only what is loaded can be read here."""
    agreement = Agreement.objects.get(pk=instalment.component.share.agreement_id)
    party = agreement.parties.select_related("party").get(party_id=party_id)
    due_on, pence = instalment.due_on, instalment.written_off_pence
    noted, is_new = PartyWriteOff.objects.get_or_create(
        party=party,
        component=AgreementComponent.objects.get(pk=instalment.component.component_id),
        number=instalment.number,
        defaults={"due_on": due_on, "pence": pence, "written_off_on": written_off_on},
    )
    if is_new:
        event = PartyWroteOff(
            agreement_id=agreement.id,
            employer_id=agreement.employer_id,
            title=agreement.title,
            write_off_id=noted.id,
            party=party.party.short_name,
            due_on=due_on,
            pence=pence,
        )
        record(event, by=by)
    return noted
