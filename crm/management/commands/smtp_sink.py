"""A mail server that delivers nothing: each mail becomes a file. For the demo and for tests."""

import asyncio
import os
import signal
import socket
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from crm.embedded.ports import listen

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


class Command(BaseCommand):
    """Runs until SIGINT or SIGTERM."""

    help = "Accept mail over SMTP on this machine and write each one to a file. Nothing is delivered."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", type=Path, help="where the .eml files go; DATA_DIR/mail if left out")
        parser.add_argument("--port", type=int, default=1025, help="port on 127.0.0.1; 0 for any free one")
        parser.add_argument("--fd", type=int, help="serve this inherited listening socket instead of a port")

    def handle(self, *args: Any, **options: Any) -> None:
        directory = options["directory"] or Path(getattr(settings, "DATA_DIR", ".data")) / "mail"
        if options["fd"] is not None:
            listener = socket.socket(fileno=options["fd"])
        else:
            listener = listen("127.0.0.1", options["port"])
        self.stdout.write(f"Mail to 127.0.0.1:{listener.getsockname()[1]} is kept in {directory}")
        asyncio.run(serve(listener, MailDirectory(directory)))


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
