"""Money, days and names as a reader sees them. Built in: templates need no load."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.base import clock
from crm.base.money import format_pounds
from crm.web import words

register = template.Library()


@register.filter
def pounds(pence: int | None, style: str = "") -> str:
    """`{{ pence|pounds }}`: £353,334, with pence when not whole; `|pounds:"exact"` always. None is empty."""
    return "" if pence is None else format_pounds(int(pence), exact=style == "exact")


@register.filter
def day(when: date | datetime | None) -> str:
    """`{{ date|day }}`: 24 Nov 2026, in London for a moment. None is empty."""
    if when is None:
        return ""
    return words.full_day(timezone.localtime(when).date() if isinstance(when, datetime) else when)


@register.filter
def moment(when: datetime | None) -> str:
    """`{{ moment|moment }}`: 24 Nov 2026, 14:05 in London. None is empty."""
    return "" if when is None else f"{day(when)}, {timezone.localtime(when):%H:%M}"


@register.filter
def soon(when: datetime) -> str:
    """`{{ moment|soon }}`: Tomorrow, 08:00 in London, for a moment to come."""
    return words.soon(when, now=timezone.localtime(clock.now()))


@register.filter
def within(label: str) -> str:
    """`{{ component.get_purpose_display|within }}`: the label within a sentence, in small letters but for acronyms."""
    return words.within_a_sentence(str(label))


@register.filter
def counted(number: int, plural: str) -> str:
    """`{{ page.paginator.count|counted:"receipts" }}`: `1 receipt`, `26 receipts`."""
    return words.counted(number, plural)


@register.filter
def initials(name: str) -> str:
    """`{{ name|initials }}`: PN."""
    return words.initials(str(name))


@register.simple_tag
def ago(when: date | datetime | None, empty: str = "never") -> SafeString | str:
    """`{% ago employer.last_contact_on %}`: "3 days ago" in a `<time>` that carries the full date."""
    if when is None:
        return empty
    full = moment(when) if isinstance(when, datetime) else day(when)
    said = words.in_words(when, now=timezone.localtime(clock.now()))
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), full, said)


@register.simple_tag
def day_tag(when: date | None, empty: str = "") -> SafeString | str:
    """`{% day_tag due_on %}`: "24 Nov 2026" in a `<time>`."""
    return empty if when is None else format_html('<time datetime="{}">{}</time>', when.isoformat(), day(when))
