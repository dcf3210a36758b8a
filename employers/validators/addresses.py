"""Phone numbers, e-mail addresses, websites and postcodes as typed, and as stored."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from crm.base.errors import DomainError
from employers.validators.text import clean_line

_PHONE = re.compile(r"\+?[0-9 ()\-.]+(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?", re.IGNORECASE)
# Royal Mail's pattern: area and district, then sector and unit.
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?|GIR)(\d[A-Z]{2}|0AA)")
# A shared mail service says nothing about who somebody works for.
FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com live.co.uk msn.com yahoo.com yahoo.co.uk"
    " icloud.com me.com aol.com btinternet.com btconnect.com sky.com talktalk.net virginmedia.com proton.me"
    " protonmail.com".split()
)
# Where a page is hosted for many firms at once, the host is not the firm's.
SHARED_HOSTS = frozenset("facebook.com linkedin.com twitter.com x.com instagram.com sites.google.com".split())


def clean_email(text: str, *, field: str = "email") -> str:
    """An address in lower case, or "" for none. Raises DomainError."""
    address = clean_line(text, field=field, limit=254).casefold()
    if address:
        try:
            EmailValidator()(address)
        except ValidationError as error:
            raise DomainError("Enter an e-mail address such as jo@quickline.example.", field=field) from error
    return address


def clean_phone(text: str, *, field: str = "phone") -> str:
    """A phone number as typed, if it has the digits of one, or "". Raises DomainError."""
    phone = clean_line(text, field=field, limit=30)
    digits = sum(c.isdigit() for c in phone)
    if phone and not (phone.isascii() and _PHONE.fullmatch(phone) and 7 <= digits <= 20):
        raise DomainError("Enter a phone number such as 01522 876000 or +44 1522 876000.", field=field)
    return phone


def clean_website(text: str, *, field: str = "website") -> str:
    """A web address with its scheme (https unless typed), or "". Raises DomainError."""
    website = clean_line(text, field=field, limit=200)
    if not website:
        return ""
    if "://" not in website:
        website = f"https://{website}"
    try:
        URLValidator(schemes=["http", "https"])(website)
    except ValidationError as error:
        raise DomainError("Enter a web address such as quickline.example.", field=field) from error
    if len(website) > 200:
        raise DomainError("Enter the address of the home page only.", field=field)
    return website


def clean_postcode(text: str, *, field: str = "postcode") -> str:
    """A UK postcode in capitals with its space (`dn365tr` is `DN36 5TR`), or "". Raises DomainError."""
    found = _POSTCODE.fullmatch(re.sub(r"\s+", "", clean_line(text, field=field)).upper())
    if not found and text.strip():
        raise DomainError("Enter a whole UK postcode such as DN36 5TR.", field=field)
    return f"{found[1]} {found[2]}" if found else ""


def website_domain(website: str) -> str:
    """The host that tells one firm's site from others, or "" when it is shared by many."""
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    return "" if host in SHARED_HOSTS else host[:200]


def email_domain(address: str) -> str:
    """The firm's part of an address, or "" for free mail."""
    domain = address.rpartition("@")[2].casefold()
    return "" if domain in FREE_MAIL else domain[:200]
