"""Reading the environment. A missing or wrong value says what to set."""

import os
from typing import overload

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


@overload
def read(name: str, *, hint: str) -> str: ...
@overload
def read(name: str, *, default: str) -> str: ...
def read(name: str, *, default: str | None = None, hint: str = "") -> str:
    """The value of a variable, or the default. Without a default a missing value raises ImproperlyConfigured."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. {hint}".strip())
    return default


def read_flag(name: str, *, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off or nothing. Raises ImproperlyConfigured for the rest."""
    if name not in os.environ:
        return default
    value = os.environ[name].strip().casefold()
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")
    return value in _TRUE


def read_list(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """The words of a comma-separated variable."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def read_count(name: str, *, default: int) -> int:
    """A number from 0 on. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to a number: 0, 1, 2.")
    return int(value)
