"""An institute's own words for its levels of partnership."""

from crm.base.errors import DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events import TierDefined
from employers.models import Tier
from employers.validators import clean_line


@action
def define_tier(*, label: str, scale: str, position: int = 0, by: User | None) -> Tier:
    """Say what a level is called here and what it is on the network's scale; said again, it is changed.

    Raises DomainError when the label is empty or the scale unknown.
    """
    label = clean_line(label, field="label", limit=60, needed="Enter what you call this level.")
    if scale not in Tier.Scale.values:
        raise DomainError("Choose one of the network's levels.", field="scale")
    tier = Tier.objects.filter(label__iexact=label).first() or Tier(label=label)
    tier.label, tier.scale, tier.position = label, scale, position
    tier.save()
    record(TierDefined(tier_id=tier.id, label=label, scale=scale), by=by)
    return tier
