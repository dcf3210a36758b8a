"""What one institute of a joint agreement writes off, the institute that leads it hears of."""

from crm.base.clock import LONDON
from crm.outbox.models import Entry
from sponsorships.actions.party_write_offs import tell_lead_of_write_off
from sponsorships.domain_events import InstalmentWaived
from sponsorships.models import Instalment
from workers.handling import handles


@handles(InstalmentWaived, alone=True)
def tell_the_lead(event: InstalmentWaived, entry: Entry) -> None:
    """Alone, because it writes in another institute than the batch's."""
    instalment = Instalment.objects.select_related("component__share").get(pk=event.instalment_id)
    day = entry.recorded_at.astimezone(LONDON).date()
    tell_lead_of_write_off(instalment=instalment, written_off_on=day, by=None)
