"""Where mail is handed over: EMAIL_URL, read once and said plainly when it is wrong."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True)
class Server:
    """A mail server. `security` is "" (none), "starttls" or "tls"."""

    host: str
    port: int
    security: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0  # seconds, each step of the conversation

    @property
    def address(self) -> str:
        """Host and port: what its health is kept under."""
        return f"{self.host}:{self.port}"


def parse_email_url(url: str, *, timeout: float = 20.0) -> Server:
    """smtp://user:password@host:587/?starttls=1 or smtps://host. Raises ImproperlyConfigured with what is wrong."""
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    wants_starttls = options.pop("starttls", "0") in ("1", "true", "yes")
    if parts.scheme not in ("smtp", "smtps"):
        raise ImproperlyConfigured("EMAIL_URL starts with smtp:// or smtps://")
    if not parts.hostname or options:
        raise ImproperlyConfigured("EMAIL_URL is smtp://user:password@host:port/?starttls=1")
    if parts.scheme == "smtps" and wants_starttls:
        raise ImproperlyConfigured("EMAIL_URL: smtps:// is encrypted from the start; leave out starttls")
    security = "tls" if parts.scheme == "smtps" else "starttls" if wants_starttls else ""
    return Server(
        host=parts.hostname,
        port=parts.port or PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        timeout=timeout,
    )
