"""Runs the mail sink by itself, for developers who start the parts by hand."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.embedded.mail_sink import keep_mail
from crm.embedded.ports import listen


class Command(BaseCommand):
    """Runs until SIGINT or SIGTERM."""

    help = "Accept mail over SMTP on 127.0.0.1 and write each one to a file. Nothing is delivered."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", type=Path, help="where the .eml files go; DATA_DIR/mail if left out")
        parser.add_argument("--port", type=int, default=1025, help="port on 127.0.0.1; 0 for any free one")

    def handle(self, *args: Any, **options: Any) -> None:
        directory = options["directory"] or Path(getattr(settings, "DATA_DIR", ".data")) / "mail"
        try:
            listener = listen("127.0.0.1", options["port"])
        except OSError as error:
            raise CommandError(f"Port {options['port']}: {error.strerror}. Choose another with --port.") from error
        self.stdout.write(f"Mail to 127.0.0.1:{listener.getsockname()[1]} is kept in {directory}")
        keep_mail(listener, directory)
