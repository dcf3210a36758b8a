"""What a person may do with a delivery: try it again, park it, or drop it for good."""

import uuid

from django.db.models.functions import Now

from crm.base.errors import Conflict, NotFound
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.models import Delivery
from crm.outbox.wake import wake_after_commit

_REASON_LIMIT = 500


@action
def retry_delivery(*, delivery_id: uuid.UUID, by: User | None) -> Delivery:
    """Give a parked or waiting delivery a new series of attempts, beginning now.

    Raises NotFound in another institute, Conflict when it is being handled or finished.
    """
    delivery = _locked(delivery_id, Delivery.State.PARKED, Delivery.State.WAITING)
    delivery.state, delivery.attempts, delivery.not_before = Delivery.State.WAITING, 0, Now()
    delivery.save(update_fields=["state", "attempts", "not_before"])
    wake_after_commit("workers.drain_outbox", delivery.institute_id)
    return delivery


@action
def park_delivery(*, delivery_id: uuid.UUID, reason: str, by: User | None) -> Delivery:
    """Stop trying. Later facts about its subject wait for it. Raises NotFound, Conflict as above."""
    delivery = _locked(delivery_id, Delivery.State.WAITING, Delivery.State.PARKED)
    delivery.state, delivery.last_error = Delivery.State.PARKED, _signed("Parked", reason, by)
    delivery.save(update_fields=["state", "last_error"])
    return delivery


@action
def drop_delivery(*, delivery_id: uuid.UUID, reason: str, by: User | None) -> Delivery:
    """Never handle it; later facts about its subject go on. Raises NotFound, Conflict as above."""
    delivery = _locked(delivery_id, Delivery.State.WAITING, Delivery.State.PARKED)
    delivery.state, delivery.last_error = Delivery.State.DROPPED, _signed("Dropped", reason, by)
    delivery.finished_at = Now()
    delivery.save(update_fields=["state", "last_error", "finished_at"])
    wake_after_commit("workers.drain_outbox", delivery.institute_id)
    return delivery


def _locked(delivery_id: uuid.UUID, *allowed: Delivery.State) -> Delivery:
    delivery = Delivery.objects.select_for_update().filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound("There is no such delivery here.")
    if delivery.state not in allowed:
        raise Conflict(f"It is {delivery.get_state_display().lower()}, so this cannot be done.")
    return delivery


def _signed(verb: str, reason: str, by: User | None) -> str:
    who = f"by user {by.id}" if by else "from the command line"
    return f"{verb} {who}: {reason}"[:_REASON_LIMIT]
