"""A proxy between the product and PostgreSQL that can cut a connection at COMMIT, before it arrives or after it worked.

A COMMIT is one that is said, or the sync after statements that were sent together outside a transaction. To the client
both sides of it look the same: it was sent and the connection is gone. This is the case in which a program must
not say "nothing was saved" and must not do the work twice.
"""

import random
import re
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from crm.embedded.bootstrap import APP
from crm.embedded.postgres import url_of
from tests import servers

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"  # a simple query, as psycopg sends it
EXECUTE = b"E\x00\x00\x00\x09\x00\x00\x00\x00\x00"
SYNC = b"S\x00\x00\x00\x04"
FLUSH = b"H\x00\x00\x00\x04"  # asked for behind the sync of what is sent together
READY = b"Z\x00\x00\x00\x05"  # the server's words when it has answered all, and a letter: where it is now
READY_OUTSIDE = READY + b"I"  # a transaction has ended, or none was begun
# A kept statement is told once under a name, and by that name afterwards.
KEPT = re.compile(rb"P.{4}(_pg3_\d+)\x00(.*?)\x00", re.DOTALL)
USED = re.compile(rb"B.{4}\x00(_pg3_\d+)\x00", re.DOTALL)
PORT_NAME = ".s.PGSQL.5432"


@dataclass(eq=False)
class Order:
    """Cut the next COMMIT of a transaction that said `of`, `after` it worked or before it arrives."""

    of: bytes
    after: bool


class CommitCutter:
    """Listens in `directory` as a PostgreSQL server does. Orders are obeyed once each, by whichever connection."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.obeyed: list[Order] = []
        self._orders: list[Order] = []
        self._dice: tuple[random.Random, float] | None = None
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)

    def url(self, database: SimpleNamespace) -> str:
        """The application's way into the database through here."""
        return url_of(APP, self.directory, database.name)

    def cut(self, of: bytes, *, after: bool) -> Order:
        """Order one cut."""
        order = Order(of, after)
        with self._lock:
            self._orders.append(order)
        return order

    @contextmanager
    def cutting_at_random(self, dice: random.Random, chance: float) -> Iterator[None]:
        """Any COMMIT may be cut, before or after, for the length of a `with` block."""
        self._dice = (dice, chance)
        yield
        self._dice = None

    @contextmanager
    def running(self) -> Iterator["CommitCutter"]:
        """Accept connections for the length of a `with` block."""
        self._listener.bind(str(self.directory / PORT_NAME))
        self._listener.listen(200)
        threading.Thread(target=self._accept, daemon=True).start()
        yield self
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed at the end
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=[client], daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        said = b""  # by the client since its last COMMIT
        outside = True  # of a transaction that was begun, as the server told last
        heard = b""  # from the server at last
        kept: dict[bytes, bytes] = {}
        with client, server, suppress(OSError):
            server.connect(str(servers.postgres.cluster.sockets / PORT_NAME))
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    if ready is server:
                        heard = (heard + data)[-len(READY_OUTSIDE) :]
                        outside = heard == READY_OUTSIDE if heard.startswith(READY) else outside
                        client.sendall(data)
                        continue
                    said += data
                    if order := self._order_at_end_of(said, outside, kept):
                        self._cut(order, data, server)
                        return
                    server.sendall(data)
                    said = b"" if _ends(said, outside) else said

    def _order_at_end_of(self, said: bytes, outside: bool, kept: dict[bytes, bytes]) -> Order | None:
        """What is to be cut here, if this is a COMMIT. A single statement outside a transaction is none."""
        if not _ends(said, outside):
            return None
        in_full = _in_full(said, kept)
        return self._order_for(in_full) if said.endswith(COMMIT) or said.count(EXECUTE) > 1 else None

    def _order_for(self, said: bytes) -> Order | None:
        with self._lock:
            for order in self._orders:
                if order.of in said:
                    self._orders.remove(order)
                    return order
            if self._dice and self._dice[0].random() < self._dice[1]:
                return Order(b"", after=self._dice[0].random() < 0.5)
        return None

    def _cut(self, order: Order, data: bytes, server: socket.socket) -> None:
        if order.after:
            server.sendall(data)
            answer = b""
            while not answer.endswith(READY_OUTSIDE):
                more = server.recv(65536)
                if not more:
                    break
                answer += more
        with self._lock:
            self.obeyed.append(order)


def _ends(said: bytes, outside: bool) -> bool:
    return said.endswith(COMMIT) or outside and said.removesuffix(FLUSH).endswith(SYNC)


def _in_full(said: bytes, kept: dict[bytes, bytes]) -> bytes:
    """With the words of the statements that were used by name. Those told here are added to `kept`."""
    kept.update(KEPT.findall(said))
    return said + b"".join(kept.get(name, b"") for name in USED.findall(said))
