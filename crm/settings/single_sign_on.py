"""Which colleges' own sign-in is offered, read from the environment. Wrong values say what to set."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from crm.settings.env import read, read_list

_KEY = re.compile(r"[a-z][a-z0-9]{0,29}")
# Entra's names for "any tenant": their issuer says nothing about who vouches for the person.
_SHARED = {"common", "organizations", "consumers"}


def read_providers() -> dict[str, dict]:
    """The providers that SINGLE_SIGN_ON names, by key. None when it is not set.

    Raises ImproperlyConfigured for a missing value, an issuer of several tenants, or one that is not HTTPS.
    """
    return {key: _provider(key) for key in read_list("SINGLE_SIGN_ON")}


def _provider(key: str) -> dict:
    if not _KEY.fullmatch(key):
        raise ImproperlyConfigured(f"SINGLE_SIGN_ON holds {key!r}. Use short words of small letters, like leeds.")
    name = f"SINGLE_SIGN_ON_{key.upper()}"
    provider = {
        "name": read(f"{name}_NAME", hint="Set it to what people call it, for example Leeds City College."),
        "issuer": read(f"{name}_ISSUER", hint="For Entra: https://login.microsoftonline.com/<tenant id>/v2.0").rstrip(
            "/"
        ),
        "client_id": read(f"{name}_CLIENT_ID", hint="The application's id at the provider."),
        "client_secret": read(f"{name}_CLIENT_SECRET", hint="The application's secret at the provider."),
        "domains": frozenset(domain.lower().lstrip("@") for domain in read_list(f"{name}_DOMAINS")),
        "second_factor": frozenset(read_list(f"{name}_SECOND_FACTOR")),
    }
    _refuse_issuer(f"{name}_ISSUER", provider["issuer"])
    if not provider["domains"]:
        raise ImproperlyConfigured(f"{name}_DOMAINS is not set. Name the mail domains it speaks for, with commas.")
    return provider


def _refuse_issuer(name: str, issuer: str) -> None:
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")):
        raise ImproperlyConfigured(f"{name} is {issuer!r}. It must begin with https://.")
    if _SHARED & set(parts.path.split("/")):
        raise ImproperlyConfigured(f"{name} is for every tenant. Use the college's own tenant id in it.")
