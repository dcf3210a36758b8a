"""Listening sockets, taken by the supervisor and lent to its children.

The port is ours from the start, so two runs never choose the same one, and a page asked for while the web server
starts waits in the queue instead of being refused.
"""

import errno
import socket

from crm.embedded.errors import EmbeddedError

FIRST_PORT = 8000
PORTS_TO_TRY = 100
_BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError when the port is taken, EmbeddedError when the host is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise EmbeddedError(f"HOST is {host!r}, which is no address of this machine ({error.strerror}).") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def listen_for_web(host: str, wanted: str | None) -> socket.socket:
    """The web's socket: on the wanted port, or on 8000 or the next free one. Raises EmbeddedError with what to set."""
    if wanted:
        return _listen_on_wanted(host, wanted)
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY):
        try:
            return listen(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise _cannot_listen(host, port, error) from None
    raise EmbeddedError(f"Ports {FIRST_PORT} to {port} of {host} are all taken. Set PORT to a free one.")


def _listen_on_wanted(host: str, wanted: str) -> socket.socket:
    if not wanted.isdecimal() or int(wanted) > 65535:
        raise EmbeddedError(f"PORT is {wanted!r}. Set it to a number between 1 and 65535, or leave it out.")
    try:
        return listen(host, int(wanted))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise EmbeddedError(
                f"Port {wanted} is taken by another program. Set PORT to a free one, or leave it out to have the "
                "next free one chosen."
            ) from None
        raise _cannot_listen(host, int(wanted), error) from None


def _cannot_listen(host: str, port: int, error: OSError) -> EmbeddedError:
    return EmbeddedError(f"Cannot listen on port {port} of {host}: {error.strerror}. Set HOST and PORT to others.")
