"""From a message's row to the bytes on the wire: one recipient, a Message-ID that never changes."""

import uuid
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings

from crm.base.clock import now


@dataclass(frozen=True)
class Mail:
    """One message to one person."""

    message_id: str
    from_email: str  # "Anchorpoint <no-reply@...>"
    to_email: str
    to_name: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""

    @property
    def sender(self) -> str:
        """The bare address for MAIL FROM."""
        return parseaddr(self.from_email)[1]

    def to_bytes(self) -> bytes:
        """The whole message. Raises ValueError when a header holds a line break or an address is none."""
        refuse_line_breaks(self.subject, self.message_id)
        message = EmailMessage(policy=SMTP)
        message["From"] = _address(self.from_email)
        message["To"] = _address(self.to_email, self.to_name)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(now())
        message["Message-ID"] = self.message_id
        if self.reply_to:
            message["Reply-To"] = _address(self.reply_to)
        message["Auto-Submitted"] = "auto-generated"  # answering machines keep quiet
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(self.text, cte="quoted-printable")
        if self.html:
            message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return message.as_bytes()


def message_id(occurrence_id: uuid.UUID, institute_code: str) -> str:
    """The same for every try of an occurrence, so that a receiver can drop a repeat."""
    domain = sending_address().rpartition("@")[2]
    return f"<{occurrence_id}.{institute_code}@{domain}>"


def sending_address() -> str:
    """The bare address that mail comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def refuse_line_breaks(*values: str) -> None:
    """Raises ValueError when any value could start a header of its own."""
    for value in values:
        if len(value.splitlines()) > 1 or any(ord(c) < 32 or c == "\x7f" for c in value):
            raise ValueError("A mail header cannot hold a line break or a control character.")


def wire_address(address: str) -> str:
    """The address with its domain in ASCII, as the wire wants it. Raises ValueError when it is none."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise ValueError("That is not an e-mail address.")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _address(address: str, name: str = "") -> Address:
    found_name, bare = parseaddr(address)
    refuse_line_breaks(address, name)
    return Address(display_name=name or found_name, addr_spec=wire_address(bare))
