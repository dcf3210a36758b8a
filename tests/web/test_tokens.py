"""Contrast of the colours, computed from the style sheet itself: axe cannot see inside SVG, placeholders or states."""

import re
from pathlib import Path

import pytest

import crm.web

TOKENS = (Path(crm.web.__file__).parent / "static/web/tokens.css").read_text()
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS)
}
GROUNDS = ["canvas", "surface", "raised", "sunken"]
TEXT = [(ink, ground) for ink in ("ink", "muted", "accent", "bad") for ground in GROUNDS]
TEXT += [(tone, f"{tone}-soft") for tone in ("accent", "ok", "warn", "bad", "info")]
TEXT += [("accent-ink", "accent")]
PARTS = [("control-line", ground) for ground in ("canvas", "surface")]
PARTS += [(tone, "surface") for tone in ("ok", "warn", "bad", "info", "focus", "accent")] + [("focus", "canvas")]


def luminance(colour: str) -> float:
    """WCAG relative luminance of #rrggbb."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_is_written_for_both_schemes() -> None:
    raw = [line for line in TOKENS.splitlines() if "#" in line and "light-dark(" not in line and "/*" not in line]
    assert raw == []
    assert len(COLOURS) >= 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str, scheme: str) -> None:
    assert contrast(COLOURS[ink][scheme], COLOURS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("part", "ground"), PARTS)
def test_parts_that_mean_something_can_be_seen(part: str, ground: str, scheme: str) -> None:
    assert contrast(COLOURS[part][scheme], COLOURS[ground][scheme]) >= 3


def test_only_the_tokens_sheet_names_colours() -> None:
    for sheet in sorted((Path(crm.web.__file__).parent / "static/web").glob("*.css")):
        if sheet.name != "tokens.css":
            named = [c for c in re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text()) if c != "#ffffff"]
            assert named == [], sheet.name
