"""A real SMTP server (aiosmtpd) that misbehaves at a chosen step, and what it kept."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every line

FAULTS = (
    "banner_421",
    "banner_tarpit",
    "sender_550",
    "rcpt_450",
    "rcpt_550",
    "data_451",
    "dot_451",
    "dot_554",
    "dot_drop",
    "dot_tarpit",
    "quit_drop",
)


@dataclass
class Kept:
    """What the server accepted, in order."""

    messages: list[Message] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


class _Faulty(SMTP):
    """aiosmtpd's server with one fault. `faults` may change between connections."""

    def __init__(self, handler: Any, **kwargs: Any) -> None:
        super().__init__(handler, **kwargs)
        self.fault = handler.fault

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.event_handler.transports.append(transport)

    async def push(self, status: Any) -> None:
        text = status if isinstance(status, str) else status.decode()
        if text.startswith("220 ") and self.session.host_name is None and "TLS" not in text:
            if self.fault == "banner_421":
                await super().push("421 4.3.2 Too busy")
                self.transport.close()
                return
            if self.fault == "banner_tarpit":
                await asyncio.sleep(30)
        await super().push(status)

    async def smtp_QUIT(self, arg: str) -> None:
        if self.fault == "quit_drop":
            self.transport.abort()
            return
        await super().smtp_QUIT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self.fault == "data_451":
            await self.push("451 4.3.0 Try later")
            return
        await super().smtp_DATA(arg)


class ScriptedServer(Controller):
    """`fault` is read at each connection; "" is a server that works."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.kept = Kept()
        self.transports: list[Any] = []
        self.before_answer: Callable[[], None] = lambda: None  # called with the text in hand, before it is accepted
        super().__init__(self, hostname="127.0.0.1", port=_free_port())

    def factory(self) -> SMTP:
        return _Faulty(self, hostname="scripted.test")

    def stop(self, no_assert: bool = True) -> None:
        """Hang up on whoever is still in a tar pit, then stop."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(5)
        super().stop(no_assert=no_assert)

    async def _hang_up(self) -> None:
        for transport in self.transports:
            transport.abort()
        for _ in range(5):
            await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if server.fault == "sender_550":
            return "550 5.7.1 Not from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if server.fault == "rcpt_450":
            return "450 4.2.0 Greylisted"
        if server.fault == "rcpt_550" or address.startswith("nobody"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if server.fault == "dot_451":
            return "451 4.3.0 Try again"
        if server.fault == "dot_554":
            return "554 5.6.0 Content refused"
        await asyncio.get_running_loop().run_in_executor(None, self.before_answer)
        with self.kept.lock:
            self.kept.messages.append(message_from_bytes(envelope.content, policy=default))
            self.kept.recipients.append(list(envelope.rcpt_tos))
        if server.fault == "dot_drop":
            server.transport.abort()
        if server.fault == "dot_tarpit":
            await asyncio.sleep(30)
        return "250 OK queued"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def scripted_server() -> Iterator[Callable[[str], ScriptedServer]]:
    """`scripted_server("dot_drop")`: a running mail server with that fault."""
    running = []

    def start(fault: str = "") -> ScriptedServer:
        server = ScriptedServer(fault)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()
