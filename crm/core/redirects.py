"""Ids that lead on. A record that was merged into another keeps answering under its old id, wherever a request says it.

A query string is kept for years (bookmarks, mails, other programs), so this is done once, below every page and every
resource of the API, and not by each of them.
"""

import uuid
from collections.abc import Collection

from django.http import HttpRequest, QueryDict

from crm.core.registry import redirects


def lead_on(request: HttpRequest) -> None:
    """Name in the query string and in a sent form the records that the ids in them stand for now.

    Looks into fields called as a registered kind of record is, such as `employer`; anything but an id stays as it is.
    """
    for kind in redirects:
        if kind.name in request.GET:
            request.GET = _led_on(request.GET, kind)
        if request.method == "POST" and kind.name in request.POST:
            request.POST = _led_on(request.POST, kind)


def now_at(name: str, id: uuid.UUID) -> uuid.UUID:
    """The id under which a record is found now; its own when nothing is known of another."""
    return all_now_at(name, [id]).get(id, id)


def all_now_at(name: str, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The same for many at once, by the ids that were asked for."""
    kind = redirects.get(name)
    return kind.now_at(ids) if kind else {}


def _led_on(said: QueryDict, kind: type) -> QueryDict:
    texts = said.getlist(kind.name)
    ids = {text: one for text in texts if (one := _id(text))}
    now = kind.now_at(ids.values()) if ids else {}
    left = [str(now.get(ids[text], text)) if text in ids else text for text in texts]
    if left == texts or all(now.get(one, one) == one for one in ids.values()):
        return said
    changed = said.copy()
    changed.setlist(kind.name, left)
    return changed


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
