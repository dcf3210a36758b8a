"""A mail server that delivers nothing: each mail becomes a file. For the demo and for tests.

Run as a program it needs no Django, so that it starts at once: python -m crm.embedded.mail_sink FD DIRECTORY
"""

import asyncio
import os
import signal
import socket
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MAIL = 25 * 1024 * 1024


class MailDirectory:
    """Writes each accepted mail to one .eml file. The file appears whole, before the sender is told "accepted"."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd when a mail has arrived."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{uuid.uuid4().hex[:8]}.eml"
        draft = self.directory / f".{name}.part"
        trace = [f"Return-Path: <{envelope.mail_from}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
        with draft.open("wb") as file:
            file.write("".join(f"{line}\r\n" for line in trace).encode())
            file.write(envelope.original_content or b"")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.directory / name)
        return f"250 Kept as {name}"


async def serve(listener: socket.socket, keeper: MailDirectory) -> None:
    """Accept mail on the socket until SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)

    def conversation() -> SMTP:
        return SMTP(keeper, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, hostname="localhost", loop=loop)

    server = await loop.create_server(conversation, sock=listener)
    await stopped.wait()
    server.close()


def keep_mail(listener: socket.socket, directory: Path) -> None:
    """Serve the listening socket until told to stop."""
    asyncio.run(serve(listener, MailDirectory(directory)))


if __name__ == "__main__":
    keep_mail(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))
