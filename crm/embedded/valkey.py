"""One Valkey server on one Unix socket. It only carries wake-ups: losing all that it holds loses nothing."""

import socket
from dataclasses import dataclass
from pathlib import Path

from crm.embedded.binaries import valkey_program
from crm.embedded.sockets import make_socket_directory, socket_directory


@dataclass(frozen=True)
class Valkey:
    """The server of one data directory."""

    directory: Path

    @property
    def socket(self) -> Path:
        """The path of the Unix socket."""
        return socket_directory(self.directory) / "valkey" / "valkey.sock"

    @property
    def url(self) -> str:
        """The broker URL for Celery."""
        return f"redis+socket://{self.socket}"

    @property
    def client_url(self) -> str:
        """The same server, as redis-py spells it."""
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        """Make the private directory for the socket."""
        make_socket_directory(self.directory, "valkey")

    def server_command(self) -> list[str]:
        """The command that runs the server in the foreground, in memory alone, refusing to evict keys."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.socket.parent),
            "save": "",
            "appendonly": "no",
            "maxmemory": "128mb",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [str(valkey_program()), *(part for name, value in settings.items() for part in (f"--{name}", value))]

    def is_ready(self) -> bool:
        """True when the server answers PING."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
