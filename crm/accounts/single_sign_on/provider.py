"""The colleges whose own sign-in is offered, from the settings."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Provider:
    """One OpenID provider: for Entra one tenant. `domains` are the mail domains it may speak for; `second_factor` the
    values of amr or acr by which it says that it asked for one, empty when that counts for nothing here."""

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: frozenset[str]
    second_factor: frozenset[str]


class Refused(Exception):
    """Somebody may not come in this way. The message is a sentence for them; `reason` is for the log, and holds nothing
    personal."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.message, self.reason = message, reason


def providers() -> list[Provider]:
    """All of them, in the order of the setting."""
    return [Provider(key=key, **facts) for key, facts in settings.SINGLE_SIGN_ON.items()]


def provider(key: str) -> Provider | None:
    """The one with that key, if it is configured."""
    return next((found for found in providers() if found.key == key), None)
