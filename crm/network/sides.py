"""Stepping to the other side of a share, and back."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.errors import Conflict
from crm.network.models import Share, SharedContent, SharedCopy, ShareState


@contextmanager
def other_side(institute_id: uuid.UUID) -> Iterator[None]:
    """Write what belongs to the other institute, in it. Nothing but rows of the share itself is touched there."""
    with institute_context(institute_id):
        yield


def lock_share(share_id: uuid.UUID) -> Share:
    """The giver's row, locked until the end: every change of a share goes through it. Raises Conflict when gone."""
    shares = Share.objects.select_for_update(of=("self",)).select_related("receiver", "institute")
    share = shares.filter(pk=share_id).first()
    if share is None:
        raise Conflict("This share is gone.")
    return share


def open_copy(share: Share, content: dict[str, str]) -> None:
    """Put the content where the receiver reads it. Call it in the receiver's institute."""
    SharedCopy.objects.filter(pk=share.pk).update(state=ShareState.ACTIVE, answered_at=now())
    SharedContent.objects.create(copy_id=share.pk, until=share.until, values=content)
