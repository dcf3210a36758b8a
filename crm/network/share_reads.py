"""What the pages of shares list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from crm.network.models import Share, ShareAsk, SharedCopy, ShareRequest, ShareState

MOST = 200


@dataclass(frozen=True)
class SharesShown:
    """In both directions: what waits for our answer, what we give, what we read, what we asked for."""

    offered: list[SharedCopy]
    requests: list[ShareRequest]
    given: list[Share]
    received: list[SharedCopy]
    asks: list[ShareAsk]

    @property
    def waiting(self) -> int:
        """How many things wait for an answer."""
        return len(self.offered) + len(self.requests)


def shares_shown(user: Any) -> SharesShown:
    """The latest of each. Five queries."""
    copies = SharedCopy.objects.visible_to(user).select_related("giver")
    return SharesShown(
        offered=list(offers_waiting(user)),
        requests=list(open_requests(user)),
        given=list(Share.objects.visible_to(user).select_related("receiver")[:MOST]),
        received=list(copies.exclude(state=ShareState.PROPOSED)[:MOST]),
        asks=list(ShareAsk.objects.visible_to(user).select_related("asked_by")[:MOST]),
    )


def offers_waiting(user: Any) -> QuerySet[SharedCopy]:
    """What other institutes offer to this one and nobody has answered."""
    offered = SharedCopy.objects.visible_to(user).open().filter(state=ShareState.PROPOSED)
    return offered.select_related("giver")[:MOST]


def open_requests(user: Any) -> QuerySet[ShareRequest]:
    """What other institutes ask of this one and nobody has answered."""
    requests = ShareRequest.objects.visible_to(user).filter(state=ShareRequest.State.OPEN)
    return requests.select_related("asking")[:MOST]
