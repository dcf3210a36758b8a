"""Asking whoever knows an organisation to share it, and answering. The asking side is never told who was asked."""

import datetime as dt
import uuid
from collections.abc import Iterable

from crm.base.clock import now
from crm.base.context import acting_institute
from crm.base.errors import Conflict
from crm.base.transactions import action
from crm.identity.models import Institute, User
from crm.network.domain_events import ShareAsked, ShareRequestAnswered, ShareRequested
from crm.network.models import ShareAsk, ShareRequest
from crm.network.sides import other_side
from crm.outbox.record import record

AGAIN_AFTER = dt.timedelta(days=30)


@action
def deliver_ask(
    *, object_type: str, object_id: uuid.UUID, label: str, message: str, to: Iterable[uuid.UUID], by: User
) -> ShareAsk:
    """Put a request before each of the institutes `to`; keep that it was asked. `label` is public.

    Raises Conflict when this institute asked for the same within a month.
    """
    recent = ShareAsk.objects.filter(object_id=object_id, asked_at__gt=now() - AGAIN_AFTER)
    if recent.exists():
        raise Conflict("You have asked within the last month. Who wants to share will.")
    facts = {
        "object_type": object_type,
        "object_id": object_id,
        "label": label[:200],
        "message": " ".join(message.split())[:300],
    }
    ask = ShareAsk.objects.create(**facts, asked_by=by)
    asking = Institute.objects.get(pk=acting_institute())
    for institute_id in to:
        with other_side(institute_id):
            request = ShareRequest.objects.create(ask_id=ask.id, asking=asking, **facts)
            record(ShareRequested(request_id=request.id, asking=asking.short_name), by=None)
    record(ShareAsked(ask_id=ask.id, object_id=object_id), by=by)
    return ask


@action
def answer_request(*, request: ShareRequest, granted: bool, by: User) -> ShareRequest:
    """Close a request. What is granted is shared apart (give_what_was_asked); a refusal is told to nobody.

    Raises Conflict when it was answered already.
    """
    request = ShareRequest.objects.select_for_update(of=("self",)).select_related("asking").get(pk=request.pk)
    if request.state != ShareRequest.State.OPEN:
        raise Conflict("A colleague has answered this request already.")
    request.state = ShareRequest.State.GRANTED if granted else ShareRequest.State.DECLINED
    request.answered_by, request.answered_at = by, now()
    request.save(update_fields=["state", "answered_by", "answered_at"])
    record(ShareRequestAnswered(request_id=request.id, asking=request.asking.short_name, state=request.state), by=by)
    return request
