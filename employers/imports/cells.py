"""Cells of files about employers, as registers, councils and spreadsheets write them."""

import datetime as dt
import re
from typing import Any

from crm.base.errors import DomainError
from crm.base.names import normalise_company_number
from crm.core.reference.places import known_region, section_of
from crm.core.reference.shipped import SIC_SECTIONS
from crm.imports.words import Clean, one_line, read_day
from employers.actions.employers import CLEAN
from employers.models import Employer

_BETWEEN_CODES = re.compile(r"[,;\n|]+")
_LEADING_CODE = re.compile(r"(\d{1,6})(?:\.0)?(?:\s*[-–:]\s*\D.*)?")
_SIZES = {re.sub(r"\D", "", band.label): band.value for band in Employer.SizeBand}
_STAGES = {label.casefold(): value for value, label in Employer.Stage.choices}
PUBLIC_SECTOR = "1"  # how the gender pay gap service marks a public body


def fact(name: str) -> Any:
    """The rule that the action for one employer has for a column, for one line of text."""
    clean = CLEAN[name]
    return lambda text: clean(one_line(text))


def name(text: str) -> str:
    """The name of an organisation. Raises DomainError, also for what councils write in the place of a name."""
    line = CLEAN["name"](one_line(text))
    if line.casefold().startswith("redacted"):
        raise DomainError(f"“{line[:40]}” names nobody.")
    return line


def company_number(text: str) -> Clean:
    """A Companies House number, with the zeros that a spreadsheet lost. Raises DomainError when it cannot be one."""
    bare = re.sub(r"[^0-9A-Za-z]", "", text.removesuffix(".0"))
    if bare and not bare.strip("0"):
        return Clean("", f"“{text}” counts as nothing.")
    try:
        return Clean(normalise_company_number(bare))
    except DomainError as error:
        reason = "is not a company number. Companies House writes them as 04123456 or SC123456."
        raise DomainError(f"“{text[:40]}” {reason}") from error


def sic_codes(text: str) -> Clean:
    """Five-digit SIC 2007 codes: several in a cell, with or without their text, with a lost leading zero put back."""
    codes, notes = [], []
    for part in filter(None, (one_line(part) for part in _BETWEEN_CODES.split(text))):
        if part.casefold() == "none supplied":
            continue
        found = _LEADING_CODE.fullmatch(part)
        code = found[1].zfill(5) if found and len(found[1]) in (4, 5) else ""
        if part.removesuffix(".0") == PUBLIC_SECTOR:
            notes.append("“1” marks the public sector and is no SIC code.")
        elif not section_of(code):
            if codes and not found:  # the rest of a code's text that holds a comma
                continue
            raise DomainError(f"“{part[:40]}” is not a SIC 2007 code of five digits.")
        elif code not in codes:
            codes.append(code)
    return Clean(codes, " ".join(dict.fromkeys(notes)))


def sic_section(text: str) -> str:
    """The letter of a section, given as the letter or as its name."""
    by_name = {name.casefold(): letter for letter, name in SIC_SECTIONS.items()}
    letter = by_name.get(text.casefold(), text.upper()[:1] if len(text) < 3 else "")
    if letter not in SIC_SECTIONS:
        raise DomainError(f"“{text[:40]}” is not a section of SIC 2007.")
    return letter


def size_band(text: str) -> Clean:
    """A band such as “250 to 499” or “20,000 or more”."""
    digits = re.sub(r"\D", "", text)
    if digits not in _SIZES:
        return Clean("", f"“{text[:40]}” is none of our size bands.")
    return Clean(_SIZES[digits])


def postcode(text: str) -> Any:
    """A UK postcode. Raises DomainError."""
    return CLEAN["postcode"](text)


def region(text: str) -> str:
    """A region of England or a nation. Raises DomainError."""
    return known_region(text)


def stage(text: str) -> str:
    """A stage by its name. Raises DomainError."""
    value = _STAGES.get(one_line(text).casefold(), one_line(text).casefold().replace(" ", "_"))
    if value not in Employer.Stage.values:
        raise DomainError(f"“{text[:40]}” is no stage. Use {', '.join(label for _, label in Employer.Stage.choices)}.")
    return value


def since(text: str) -> str:
    """A day in the past. Raises DomainError."""
    day = read_day(text)
    CLEAN["since_on"](dt.date.fromisoformat(day))
    return day
