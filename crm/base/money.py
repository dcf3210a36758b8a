"""Money is integer pence everywhere. Pounds exist only where a person types or reads them."""

import re
from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError

MAX_PENCE = 100_000_000_00  # a hundred million pounds: beyond any agreement here, well inside bigint
_POUNDS = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")


def format_pounds(pence: int, *, exact: bool = False) -> str:
    """£1,234 for whole pounds, £1,234.50 otherwise; always with pence when `exact`. Minus in front."""
    sign = "−" if pence < 0 else ""
    pounds, rest = divmod(abs(pence), 100)
    return f"{sign}£{pounds:,}" + (f".{rest:02d}" if rest or exact else "")


def parse_pounds(text: str) -> int:
    """Pence from what a person typed: `£1,234.5` is 123450. Raises ValidationError with what to do."""
    found = _POUNDS.fullmatch(text.strip()) if text.isascii() or "£" in text else None
    if not found:
        raise ValidationError("Enter an amount in pounds and pence, for example 1,250.00.", code="invalid")
    pence = int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
    if pence > MAX_PENCE:
        raise ValidationError(f"Enter an amount of at most {format_pounds(MAX_PENCE)}.", code="too_large")
    return pence


def split_pence(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` pence by `weights` so that the parts add up to the penny.

    Largest remainder; ties go to the earlier part, so the same input always gives the same parts.
    Raises ValueError when the weights are empty, negative or all zero.
    """
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("Weights must be non-negative and not all zero.")
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


class PoundsField(forms.CharField):
    """A form field a person fills in pounds and that cleans to integer pence (None when empty and not required)."""

    def __init__(self, *, min_pence: int = 1, **kwargs: object) -> None:
        self.min_pence = min_pence
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "data-prefix": "£"})

    def clean(self, value: object) -> int | None:
        text = super().clean(value)
        if text in (None, ""):
            return None
        pence = parse_pounds(text)
        if pence < self.min_pence:
            raise ValidationError(f"Enter at least {format_pounds(self.min_pence, exact=True)}.", code="too_small")
        return pence

    def prepare_value(self, value: object) -> object:
        if isinstance(value, int):
            return f"{value // 100}.{value % 100:02d}"
        return value
