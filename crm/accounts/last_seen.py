"""When and from where a signed-in device was last seen, noted now and then instead of at every request."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

NOTE_EVERY_SECONDS = 5 * 60
MOST_REMEMBERED = 10_000


class _NotedLately:
    """The sessions that this process noted in the last minutes, with what it saw; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._noted: OrderedDict[str, tuple[float, tuple[str, str]]] = OrderedDict()
        self._lock = threading.Lock()

    def covers(self, key: str, client: tuple[str, str]) -> bool:
        """Whether that session was noted with the same address and browser a short while ago."""
        moment, seen = self._noted.get(key, (float("-inf"), client))
        return seen == client and time.monotonic() - moment < NOTE_EVERY_SECONDS

    def add(self, key: str, client: tuple[str, str]) -> None:
        """Remember that it was noted now."""
        with self._lock:
            self._noted[key] = (time.monotonic(), client)
            self._noted.move_to_end(key)
            if len(self._noted) > MOST_REMEMBERED:
                self._noted.popitem(last=False)


class LastSeenMiddleware:
    """Keeps the list of "where you are signed in", as allauth's own middleware does at three queries a request.

    A new address or browser is noted at once. Signing a device out needs none of this: its session is gone, and the
    next request finds nobody signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._noted = _NotedLately()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            client = (get_adapter().get_client_ip(request), request.META.get("HTTP_USER_AGENT", ""))
            if not self._noted.covers(key, client):
                UserSession.objects.create_from_request(request)
                self._noted.add(key, client)
        return self.get_response(request)
