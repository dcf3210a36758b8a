"""Sharing some facts of one record with another institute, or with the network's lead, until a day."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from crm.base.clock import now, today
from crm.base.context import acting_institute, institute_context
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.transactions import action
from crm.core.registry import shareables
from crm.identity.models import Institute, User
from crm.network.domain_events import (
    ShareAccepted,
    SharedCopyClosed,
    SharedCopyOpened,
    ShareEnded,
    ShareOffered,
    ShareProposed,
)
from crm.network.models import OPEN_SHARE, Share, SharedContent, SharedCopy, ShareRead, ShareState
from crm.network.sharing import content_of
from crm.network.sides import lock_share, open_copy, other_side
from crm.outbox.record import record

LONGEST = dt.timedelta(days=2 * 366)


@dataclass(frozen=True)
class Terms:
    """What is offered: fields by name, to whom, until the end of which day, and why."""

    fields: Collection[str]
    receiver: Institute
    until: dt.date
    purpose: str = ""


@action
def propose_share(*, object_type: str, object_id: uuid.UUID, terms: Terms, by: User) -> Share:
    """Offer facts of a record of the acting institute. Nothing is read before the other side accepts.

    Raises NotFound for a record that is not here, DomainError at the field, Conflict when they read or were offered
    this record already.
    """
    share = _new_share(object_type, object_id, terms, by)
    told = {**_told(share), "fields": share.fields, "until": share.until}
    record(ShareProposed(**told), by=by)
    with other_side(share.receiver_id):
        _new_copy(share)
        record(ShareOffered(share_id=share.id, giver=share.institute.short_name), by=None)
    return share


@action
def give_what_was_asked(*, object_type: str, object_id: uuid.UUID, terms: Terms, by: User) -> Share:
    """Share at once with an institute that asked for it: they proposed, this accepts. Raises as propose_share."""
    share = propose_share(object_type=object_type, object_id=object_id, terms=terms, by=by)
    _activate(share)
    return share


@action
def accept_share(*, copy: SharedCopy, by: User) -> SharedCopy:
    """Accept what another institute offers; its facts can be read from now on until its day.

    Raises Conflict when it is no longer offered.
    """
    with other_side(copy.giver_id):
        share = lock_share(copy.id)
        if share.state != ShareState.PROPOSED or share.until < today():
            raise Conflict("This is no longer offered.")
        _activate(share)
    SharedCopy.objects.filter(pk=copy.pk).update(answered_by=by)
    return SharedCopy.objects.get(pk=copy.pk)


@action
def decline_share(*, copy: SharedCopy, by: User) -> None:
    """Do not take what is offered. Raises Conflict when it is no longer offered."""
    with other_side(copy.giver_id):
        _end(lock_share(copy.id), ShareState.DECLINED, {ShareState.PROPOSED}, by=None)
    SharedCopy.objects.filter(pk=copy.pk).update(answered_by=by)


@action
def return_share(*, copy: SharedCopy, by: User) -> None:
    """Stop reading what is shared: the copy goes at once. Raises Conflict when it has ended."""
    with other_side(copy.giver_id):
        _end(lock_share(copy.id), ShareState.RETURNED, {ShareState.ACTIVE}, by=None)
    SharedCopy.objects.filter(pk=copy.pk).update(answered_by=by)


@action
def revoke_share(*, share: Share, by: User) -> None:
    """Take back what is offered or shared: the other side's copy goes in the same transaction.

    Raises Conflict when it has ended.
    """
    _end(lock_share(share.pk), ShareState.REVOKED, set(OPEN_SHARE), by=by)


@action
def read_share(*, copy: SharedCopy, by: User) -> dict[str, str]:
    """The shared facts by field name. That they were read is kept on both sides.

    Raises NotFound when the share is not in force: proposed, ended, or past its day.
    """
    copy = SharedCopy.objects.in_force().filter(pk=copy.pk).first()
    content = SharedContent.objects.filter(copy=copy).first() if copy else None
    if content is None:
        raise NotFound("This is not shared any more.")
    facts = {"share_id": copy.id, "reader_id": acting_institute(), "fields": copy.fields}
    ShareRead.objects.create(**facts, read_by=by)
    with other_side(copy.giver_id):
        ShareRead.objects.create(**facts)
    return content.values


@action
def refresh_shares(*, object_type: str, object_id: uuid.UUID, by: User | None) -> int:
    """Bring the copies of a record of the acting institute up to date; say how many changed.

    A record that is gone is shared no longer.
    """
    changed = 0
    for share in Share.objects.in_force().filter(object_type=object_type, object_id=object_id).order_by("id"):
        content = content_of(object_type, object_id, share.fields)
        if content is None:
            _end(lock_share(share.pk), ShareState.REVOKED, set(OPEN_SHARE), by=by)
            continue
        with other_side(share.receiver_id):
            stale = SharedContent.objects.filter(copy=share.pk).exclude(values=content)
            changed += stale.update(values=content, published_at=now())
    return changed


@action
def close_expired_shares(*, by: User | None) -> int:
    """Close what the acting institute shares and what it reads once its day is over; say how many.

    The database has hidden the contents since midnight; here they are removed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wipe_expired_shares()")
    ended = 0
    for share in Share.objects.over().order_by("id"):
        _end(lock_share(share.pk), ShareState.EXPIRED, set(OPEN_SHARE), by=by)
        ended += 1
    return ended


def _new_share(object_type: str, object_id: uuid.UUID, terms: Terms, by: User) -> Share:
    kind = shareables.get(object_type)
    row = kind().find(object_id) if kind else None
    if row is None:
        raise NotFound("There is no such record.")
    share = Share(
        label=kind().title(row)[:200],
        object_type=object_type,
        object_id=object_id,
        fields=_chosen(kind, terms.fields),
        purpose=" ".join(terms.purpose.split())[:300],
        until=_allowed_day(terms.until),
        receiver=_allowed_receiver(terms.receiver),
        proposed_by=by,
    )
    try:
        with transaction.atomic():
            share.save()
    except IntegrityError as error:
        raise Conflict("They read this already, or were offered it. End that first.", field="receiver") from error
    return share


def _chosen(kind: Any, fields: Collection[str]) -> list[str]:
    chosen = [field.name for field in kind.fields if field.name in fields]
    if not chosen or set(fields) - set(chosen):
        raise DomainError("Choose what to share.", field="fields")
    return chosen


def _allowed_day(until: dt.date) -> dt.date:
    if not today() <= until <= today() + LONGEST:
        raise DomainError("Let it end on a day within two years from today.", field="until")
    return until


def _allowed_receiver(receiver: Institute) -> Institute:
    if receiver.pk == acting_institute() or not receiver.is_live:
        raise DomainError("Choose another institute, or the network.", field="receiver")
    return receiver


def _new_copy(share: Share) -> None:
    """Call it in the receiver's institute."""
    same = ("label", "object_type", "fields", "purpose", "until", "proposed_at")
    facts = {name: getattr(share, name) for name in same}
    SharedCopy.objects.create(id=share.id, giver_id=share.institute_id, about_id=_about(share), **facts)


def _about(share: Share) -> uuid.UUID | None:
    kind = shareables[share.object_type]()
    with institute_context(share.institute_id):
        row = kind.find(share.object_id)
        return kind.about(row) if row else None


def _activate(share: Share) -> None:
    """Publish the copy and open it. In the giver's institute, with the share's row locked or new."""
    content = content_of(share.object_type, share.object_id, share.fields)
    if content is None:
        raise Conflict("The record is gone.")
    share.state, share.answered_at = ShareState.ACTIVE, now()
    share.save(update_fields=["state", "answered_at"])
    record(ShareAccepted(**_told(share), fields=share.fields, until=share.until), by=None)
    with other_side(share.receiver_id):
        open_copy(share, content)
        record(SharedCopyOpened(share_id=share.id, giver=share.institute.short_name), by=None)


def _end(share: Share, state: ShareState, allowed: Collection[str], *, by: User | None) -> None:
    """End both sides. In the giver's institute, with the share's row locked."""
    if share.state not in allowed:
        raise Conflict("This has ended already, or was answered.")
    share.state, share.ended_at, share.ended_by = state, now(), by
    share.save(update_fields=["state", "ended_at", "ended_by"])
    record(ShareEnded(**_told(share), how=state), by=by)
    with other_side(share.receiver_id):
        SharedContent.objects.filter(copy=share.pk).delete()
        SharedCopy.objects.filter(pk=share.pk).update(state=state, ended_at=share.ended_at)
        record(SharedCopyClosed(share_id=share.id, giver=share.institute.short_name, how=state), by=None)


def _told(share: Share) -> dict[str, Any]:
    about = {"object_type": share.object_type, "object_id": share.object_id}
    return {"share_id": share.id, **about, "other": share.receiver.short_name}
