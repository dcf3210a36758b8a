"""Names and notes: length, and no character that hides or reorders what is read."""

import re
import unicodedata

from crm.base.errors import DomainError

# Characters that turn the reading order round: a name holding one can be made to look like another name.
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS = frozenset("\n\r\t")


def clean_line(text: str, *, field: str, limit: int = 200, needed: str = "") -> str:
    """One line of text, trimmed, with single spaces, in Unicode's composed form.

    `needed` is the sentence shown when it is empty; without one it may be. Raises DomainError at `field`.
    """
    _refuse_hidden(text, field, allowed=frozenset("\t\n\r"))
    line = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    return _within(line, field, limit, needed)


def clean_text(text: str, *, field: str, limit: int = 4000, needed: str = "") -> str:
    """Text of several lines, trimmed, with plain line ends. Raises DomainError at `field`."""
    _refuse_hidden(text, field, allowed=_LINE_BREAKS)
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _within(lines.strip(), field, limit, needed)


def _refuse_hidden(text: str, field: str, *, allowed: frozenset[str]) -> None:
    if any(c in _REORDERING or (unicodedata.category(c) in ("Cc", "Cs") and c not in allowed) for c in text):
        raise DomainError("Type this again: what was pasted holds invisible control characters.", field=field)


def _within(text: str, field: str, limit: int, needed: str) -> str:
    if needed and not text:
        raise DomainError(needed, field=field)
    if len(text) > limit:
        raise DomainError(f"Shorten this to {limit:,} characters; it has {len(text):,}.", field=field)
    return text
