"""Names of legal entities, made comparable."""

import re
import unicodedata

from crm.base.errors import DomainError

_LEGAL_FORMS = re.compile(
    r"\b(ltd|limited|plc|public limited company|llp|limited liability partnership|lp|cic|c i c|"
    r"community interest company|cyf|cyfyngedig|inc|incorporated|corp|corporation|llc|gmbh|b v|bv|n v|nv|"
    r"in administration|in liquidation|holding|holdings|group|the|uk|united kingdom|co|company)\b"
)
_TWO_NAMES = re.compile(
    r"\s+\(?(?:t/a|t / a|trading as|formerly known as|formerly|also known as|a/k/a|aka|dba|via|re|c/o)[:.]?\s+",
    re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_COMPANY_NUMBER = re.compile(r"(?:[A-Z]{2}\d{6}|\d{8}|R\d{7}|IP\d{5}R|SP\d{5}R|NP\d{5}R|RS\d{5}R)")


def plain(text: str) -> str:
    """Case-folded, without accents, punctuation turned to single spaces."""
    letters = text.replace("&", " and ")
    if not letters.isascii():  # an import asks this a million times, and few names need it
        letters = "".join(c for c in unicodedata.normalize("NFKD", letters).casefold() if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", letters.casefold()).strip()


def match_key(name: str) -> str:
    """The part of a company's name that tells it from others: no legal form, no filler words.

    A name made only of such words keeps them.
    """
    words = plain(name)
    return " ".join(_LEGAL_FORMS.sub(" ", words).split()) or words


def name_parts(name: str) -> list[str]:
    """The names inside one: `Hill & Smith Ltd t/a CA Traffic` is two. A plain name has no parts."""
    parts = [part.strip(" ()") for part in _TWO_NAMES.split(name)]
    return list(dict.fromkeys(part for part in parts if match_key(part))) if len(parts) > 1 else []


def normalise_company_number(text: str) -> str:
    """A Companies House number in its eight characters: ` 4123456 ` becomes `04123456`, `sc12345` `SC012345`.

    Raises DomainError when it cannot be one. Empty stays empty.
    """
    raw = re.sub(r"\s+", "", text).upper()
    if not raw:
        return ""
    prefix, digits = re.match(r"([A-Z]{0,2})(.*)", raw).groups()
    if digits.isdigit():
        raw = prefix + digits.zfill(8 - len(prefix))
    if not _COMPANY_NUMBER.fullmatch(raw) or not raw.isascii():
        raise DomainError(
            "Enter the company number as Companies House shows it, for example 04123456 or SC123456.",
            field="company_number",
        )
    return raw
