"""The server of the page tests."""

import socket
from contextlib import suppress
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread


class _Server(ThreadedWSGIServer):
    """Ends what a browser keeps open for its next request, and with it the threads and their database sessions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open: set[socket.socket] = set()

    def serve_forever(self, poll_interval: float = 0.05) -> None:
        """Half a second, as the base class has it, is how long each test would wait for the end."""
        super().serve_forever(poll_interval)

    def process_request(self, request: socket.socket, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: socket.socket) -> None:
        self._open.discard(request)
        super().close_request(request)

    def server_close(self) -> None:
        for request in list(self._open):
            with suppress(OSError):  # the browser was quicker
                request.shutdown(socket.SHUT_RDWR)
        super().server_close()


class PageServer(LiveServerThread):
    """Django's live server, in a thread, which is over as soon as it is told to end."""

    server_class = _Server
