"""An institute's own words for its levels of partnership."""

from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.transactions import action, only_one
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events import TierDefined, TierRemoved
from employers.models import Employer, Tier
from employers.validators import clean_line

TAKEN = "Another tier has this name already."


@action
def define_tier(*, label: str, scale: str, position: int = 0, by: User | None) -> Tier:
    """Say what a level is called here and what it is on the network's scale; said again, it is changed.

    Raises DomainError when the label is empty or the scale unknown, Conflict when somebody says it this very moment.
    """
    label = _label(label)
    tier = Tier.objects.filter(label__iexact=label).first() or Tier(label=label)
    return _write(tier, label, scale, position, by)


@action
def change_tier(*, tier: Tier, label: str, scale: str, position: int, by: User) -> Tier:
    """Call a level otherwise, or map it otherwise; its employers keep it.

    Raises DomainError as define_tier does, Conflict when another level has that name.
    """
    label = _label(label)
    locked = _lock(tier)
    if Tier.objects.filter(label__iexact=label).exclude(pk=locked.pk).exists():
        raise Conflict(TAKEN, field="label")
    return _write(locked, label, scale, position, by)


@action
def remove_tier(*, tier: Tier, by: User) -> None:
    """Take away a level that no employer has; one that was merged into another gives it up. Raises Conflict."""
    locked = _lock(tier)
    having = Employer.objects.filter(tier=locked).count()
    if having:
        employers = "1 employer has" if having == 1 else f"{having} employers have"
        raise Conflict(f"{employers} the tier “{locked.label}”. Give them another one first.")
    tier_id, label = locked.id, locked.label
    Employer.with_merged.filter(tier=locked).update(tier=None)
    locked.delete()
    record(TierRemoved(tier_id=tier_id, label=label), by=by)


def _label(label: str) -> str:
    return clean_line(label, field="label", limit=60, needed="Enter what you call this level.")


def _lock(tier: Tier) -> Tier:
    """Whoever gives an employer this level holds a key on it, and waits or is waited for."""
    locked = Tier.objects.select_for_update().filter(pk=tier.pk).first()
    if locked is None:
        raise NotFound("There is no such tier in this institute.")
    return locked


def _write(tier: Tier, label: str, scale: str, position: int, by: User | None) -> Tier:
    if scale not in Tier.Scale.values:
        raise DomainError("Choose one of the network's levels.", field="scale")
    tier.label, tier.scale, tier.position = label, scale, position
    with only_one("employers_tier_once", TAKEN, field="label"):
        tier.save()
    record(TierDefined(tier_id=tier.id, label=label, scale=scale), by=by)
    return tier
