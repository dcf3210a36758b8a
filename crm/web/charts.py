"""Two small charts as SVG: upright bars for periods, lying bars for categories.

Positions across are percentages and text is in CSS pixels, so a chart fills its column while its words keep their size.
Colours come from classes, so dark mode, forced colours and print follow the style sheet; no style attribute, no script.
Pure: the same numbers give the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from crm.base.money import format_pounds

PLOT = 168  # from the top of the tallest upright bar to the foot of the deepest, px
TOP = 22  # room for its figure
FOOT = 20  # room for the figure of a bar below the axis
ROW = 44  # height of a lying bar with its words above it
FEWEST = 4  # bars that share the width: one or two stay slim, at the start
DENSE = 7  # from so many upright bars on, every second label gives way on a phone


@dataclass(frozen=True)
class Bar:
    """One bar. `soft` draws it lighter, for what belongs to an earlier period."""

    label: str
    value: int
    soft: bool = False


@dataclass(frozen=True)
class Chart:
    """What `{% chart %}` shows: the picture, and the same numbers as rows of a table."""

    title: str
    svg: SafeString
    rows: list[tuple[str, str]] = field(default_factory=list)
    label_heading: str = "Period"
    value_heading: str = "Amount"


def short_pounds(pence: int) -> str:
    """`£950`, `£31.2k`, `£1.25m`: for a figure above a bar, where the full one stands in the table."""
    pounds = pence / 100
    for size, letter, digits in ((1_000_000, "m", 2), (1_000, "k", 1)):
        if abs(pounds) >= size:
            text = f"{abs(pounds) / size:.{digits}f}".rstrip("0").rstrip(".")
            return f"{'−' if pounds < 0 else ''}£{text}{letter}"
    return f"{'−' if pounds < 0 else ''}£{abs(pounds):,.0f}"


def _words(unit: str, value: int, *, short: bool) -> str:
    if unit != "pence":
        return f"{value:,}"
    return short_pounds(value) if short else format_pounds(value)


def _described(title: str, bars: Sequence[Bar], unit: str) -> str:
    said = ", ".join(f"{bar.label} {_words(unit, bar.value, short=False)}" for bar in bars)
    return f"{title}: {said}." if said else f"{title}: nothing yet."


def by_period(title: str, bars: Sequence[Bar], *, unit: str = "pence", name: str = "by-period") -> Chart:
    """Upright bars in the order given, those below zero hanging from the axis. `unit` is "pence" or the noun of a
    count; `name` must be unique on the page."""
    highest, lowest = (most((0, *(bar.value for bar in bars))) for most in (max, min))
    scale = PLOT / ((highest - lowest) or 1)
    zero = TOP + PLOT + round(lowest * scale, 1)  # the axis: at the foot, unless something hangs below it
    foot = TOP + PLOT + (FOOT if lowest else 0)
    pieces = [_upright(bar, i, len(bars), unit, zero=zero, scale=scale, foot=foot) for i, bar in enumerate(bars)]
    axis = format_html('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>', zero)
    body = format_html("{}{}", SafeString("".join(pieces)), axis)
    dense = " dense" if len(bars) >= DENSE else ""
    svg = _svg(name, title, _described(title, bars, unit), body, height=foot + 28, css=f"chart{dense}")
    return Chart(title, svg, _rows(bars, unit), value_heading=_heading(unit))


def _upright(bar: Bar, at: int, of: int, unit: str, *, zero: float, scale: float, foot: float) -> SafeString:
    """The bar, its figure beyond its end, and its label at the foot of the chart."""
    slot = 100 / max(FEWEST, of)
    height = round(abs(bar.value) * scale, 1)
    alternate = " alternate" if (of - 1 - at) % 2 else ""
    look = " below" if bar.value < 0 else " soft" if bar.soft else ""
    middle = f"{(at + 0.5) * slot:.2f}%"
    return format_html(
        '<rect class="bar{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text class="value middle{}" x="{}" y="{}">{}</text>'
        '<text class="label middle{}" x="{}" y="{}">{}</text>',
        look,
        f"{(at + 0.2) * slot:.2f}%",
        zero if bar.value < 0 else zero - height,
        f"{0.6 * slot:.2f}%",
        height,
        alternate,
        middle,
        zero + height + 16 if bar.value < 0 else zero - height - 7,
        _words(unit, bar.value, short=True),
        alternate,
        middle,
        foot + 20,
        bar.label,
    )


def by_category(title: str, bars: Sequence[Bar], *, unit: str = "pence", name: str = "by-category") -> Chart:
    """Lying bars, the words above each so that long labels have room. Raises ValueError for a negative value."""
    if any(bar.value < 0 for bar in bars):
        raise ValueError("Lying bars show amounts from zero up.")
    longest = max((bar.value for bar in bars), default=0) or 1
    body = format_html_join(
        "",
        '<text class="label" x="0" y="{}">{}</text><text class="value end" x="100%" y="{}">{}</text>'
        '<rect class="track" x="0" y="{}" width="100%" height="14" rx="4"/>'
        '<rect class="bar{}" x="0" y="{}" width="{}" height="14" rx="4"/>',
        (
            (
                i * ROW + 14,
                bar.label,
                i * ROW + 14,
                _words(unit, bar.value, short=False),
                i * ROW + 21,
                " soft" if bar.soft else "",
                i * ROW + 21,
                f"{100 * bar.value / longest:.2f}%",
            )
            for i, bar in enumerate(bars)
        ),
    )
    svg = _svg(name, title, _described(title, bars, unit), body, height=max(1, len(bars)) * ROW - 6, css="chart")
    return Chart(title, svg, _rows(bars, unit), label_heading="What for", value_heading=_heading(unit))


def _svg(name: str, title: str, description: str, body: SafeString, *, height: int, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" role="img" aria-labelledby="{}-title {}-desc" width="100%" height="{}">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        css,
        name,
        name,
        height,
        name,
        title,
        name,
        description,
        body,
    )


def _rows(bars: Sequence[Bar], unit: str) -> list[tuple[str, str]]:
    return [(bar.label, _words(unit, bar.value, short=False)) for bar in bars]


def _heading(unit: str) -> str:
    return "Amount" if unit == "pence" else unit.capitalize()
