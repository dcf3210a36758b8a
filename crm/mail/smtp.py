"""Our own thin SMTP sender. The framework's cannot tell "not sent" from "may have been sent"; this one records how far
the conversation got, and that decides what may be repeated.
"""

import logging
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from crm.mail.mime import Mail, wire_address
from crm.mail.server import Server

logger = logging.getLogger(__name__)

QUIT_SECONDS = 2.0


class Phase(StrEnum):
    """The step that was begun last."""

    PREPARE = "prepare"  # nothing was sent anywhere
    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    AUTH = "auth"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"  # asked to send the text; the server has none of it
    BODY = "body"  # the text and its final dot may have left; no answer yet
    ACCEPTED = "accepted"


# Trouble here is the server's, not the message's.
BEFORE_THE_MESSAGE = (Phase.CONNECT, Phase.GREETING, Phase.TLS, Phase.AUTH, Phase.SENDER)


class Verdict(StrEnum):
    """What follows from a conversation."""

    SENT = "sent"
    UNKNOWN = "unknown"  # it may have arrived: only a person repeats it
    RETRY = "retry"
    REFUSED = "refused"  # for good, because of the message
    NO_SUCH_ADDRESS = "no_such_address"  # for good, and the address is suppressed
    ABANDONED = "abandoned"  # the claim was lost before the hand-over


@dataclass(frozen=True)
class Outcome:
    """How far it got and what the server said."""

    verdict: Verdict
    phase: Phase
    code: int | None = None
    text: str = ""

    @property
    def is_server_trouble(self) -> bool:
        """Whether the next message would most likely meet the same."""
        return self.verdict is Verdict.RETRY and (self.phase in BEFORE_THE_MESSAGE or self.code == 421)


def classify(phase: Phase, code: int | None, text: str = "") -> Verdict:
    """The verdict on a conversation that ended in `phase` with the server's reply `code` (None: it went silent)."""
    if phase is Phase.ACCEPTED:
        return Verdict.SENT
    if code is None:
        return Verdict.UNKNOWN if phase is Phase.BODY else Verdict.RETRY
    if code < 500 or phase in BEFORE_THE_MESSAGE:
        return Verdict.RETRY
    if phase is Phase.RECIPIENT:
        return _refused_recipient(code, text)
    return Verdict.REFUSED


def _refused_recipient(code: int, text: str) -> Verdict:
    enhanced = text.split(" ", 1)[0]
    if enhanced in ("5.2.2", "5.4.4"):  # mailbox full, no route: both pass
        return Verdict.RETRY
    if enhanced.startswith("5.1.") or (code in (550, 551, 553) and not enhanced.startswith("5.")):
        return Verdict.NO_SUCH_ADDRESS
    return Verdict.REFUSED  # a policy, not a missing mailbox


class Conversation:
    """One connection to the mail server for one message. Call `close` when the outcome is safely written."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.phase = Phase.PREPARE
        self._smtp: smtplib.SMTP | None = None

    def deliver(self, mail: Mail, *, before_data: Callable[[], bool]) -> Outcome:
        """Try once. `before_data` commits the hand-over; if it says no, nothing is sent.

        Never raises for what a network or a server can do. No database transaction may be open around it.
        """
        try:
            recipient, content = wire_address(mail.to_email), mail.to_bytes()
        except (ValueError, UnicodeError) as error:
            return Outcome(Verdict.REFUSED, Phase.PREPARE, None, str(error)[:300])
        try:
            self._open()
            self._name_both(mail.sender, recipient)
            if not before_data():
                return Outcome(Verdict.ABANDONED, self.phase)
            return self._hand_over(content)
        except smtplib.SMTPResponseException as refusal:
            return self._outcome(refusal.smtp_code, refusal.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            return self._outcome(None, f"{type(error).__name__}: {error}")

    def greet(self) -> Outcome | None:
        """Say hello and sign in, as before a message. None when the server is well, else what it said."""
        try:
            self._open()
        except smtplib.SMTPResponseException as refusal:
            return self._outcome(refusal.smtp_code, refusal.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            return self._outcome(None, f"{type(error).__name__}: {error}")
        return None

    def close(self) -> None:
        """Say goodbye. What happens here changes nothing: the message was accepted or it was not."""
        if self._smtp is None:
            return
        try:
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(QUIT_SECONDS)
                self._smtp.quit()
        except (smtplib.SMTPException, OSError) as error:
            logger.info("mail server at QUIT: %s", type(error).__name__)
        finally:
            self._smtp.close()

    def _open(self) -> None:
        server = self.server
        self.phase = Phase.CONNECT
        sock = socket.create_connection((server.host, server.port), timeout=server.timeout)
        smtp = self._smtp = smtplib.SMTP(local_hostname=socket.gethostname(), timeout=server.timeout)
        smtp._host = server.host  # what starttls checks the certificate against
        smtp.sock = sock
        if server.security == "tls":
            self.phase = Phase.TLS
            smtp.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=server.host)
        self.phase = Phase.GREETING
        self._expect(220, smtp.getreply())
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            self.phase = Phase.TLS
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            self.phase = Phase.AUTH
            smtp.login(server.user, server.password)

    def _name_both(self, sender: str, recipient: str) -> None:
        self.phase = Phase.SENDER
        self._expect(250, self._smtp.mail(sender))
        self.phase = Phase.RECIPIENT
        code, text = self._smtp.rcpt(recipient)
        if code not in (250, 251):
            raise smtplib.SMTPResponseException(code, text)

    def _hand_over(self, content: bytes) -> Outcome:
        self.phase = Phase.DATA
        self._expect(354, self._smtp.docmd("DATA"))
        self.phase = Phase.BODY
        self._smtp.send(_dotted(content))
        code, text = self._smtp.getreply()
        if code == 250:
            self.phase = Phase.ACCEPTED
        return self._outcome(code, text)

    def _outcome(self, code: int | None, said: bytes | str) -> Outcome:
        text = (said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:300]
        code = code if code and code > 0 else None  # -1 is smtplib's word for a line that is no reply
        return Outcome(classify(self.phase, code, text), self.phase, code, text)

    @staticmethod
    def _expect(wanted: int, reply: tuple[int, bytes]) -> None:
        if reply[0] != wanted:
            raise smtplib.SMTPResponseException(*reply)


def _dotted(content: bytes) -> bytes:
    """The text as DATA wants it: lines that begin with a dot get another, and a lone dot ends it."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"
