"""Which characters the fonts of our PDF files can draw, and what stands for those they cannot.

PDF/UA refuses a character without a glyph, and a company may be called 中国电信 or carry an emoji. Nothing is dropped:
what no font draws is written as its Unicode numbers, `[U+4E2D U+56FD]`, and the document says so. Fonts come from the
wheels they are installed with, and from `REPORT_FONT_DIRS` where an operator has more.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fontpkg_inter
import fontpkg_noto_sans
from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont

_WHEELS = (
    Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf",
    Path(fontpkg_noto_sans.ROOT) / "files" / "NotoSans[wdth,wght].ttf",
)
_SUFFIXES = {".ttf", ".otf", ".ttc"}
_PLAIN = frozenset(range(0x20, 0x7F))  # what every text is full of, and Inter draws


@cache
def font_files() -> tuple[Path, ...]:
    """The fonts in the order they are tried."""
    more = (path for folder in settings.REPORT_FONT_DIRS for path in sorted(Path(folder).rglob("*")))
    return _WHEELS + tuple(path for path in more if path.suffix.lower() in _SUFFIXES)


@cache
def families() -> tuple[str, ...]:
    """Their names, in that order, once each."""
    return tuple(dict.fromkeys(font["name"].getBestFamilyName() for font in _fonts()))


def drawable(text: str) -> str:
    """The text with Unicode numbers in place of what no font draws, or what would turn the direction of the line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written(text.replace("\r\n", "\n")))


def plain(text: str) -> str:
    """The text with numbers in place of all that is not Latin-1: what every font of ours draws."""
    return "".join(c if c == "\n" or c.isprintable() and ord(c) < 0x100 else f"[U+{ord(c):04X}]" for c in text)


def _written(text: str) -> Iterator[str]:
    missing: list[str] = []
    for cluster in _clusters(text):
        if _is_drawn(cluster):
            yield from _numbers(missing)
            missing = []
            yield cluster
        else:
            missing += cluster
    yield from _numbers(missing)


def _numbers(characters: list[str]) -> Iterator[str]:
    if characters:
        yield "[" + " ".join(f"U+{ord(character):04X}" for character in characters) + "]"


def _clusters(text: str) -> Iterator[str]:
    """A character with the marks that stand on it: one font has to draw them together."""
    cluster = ""
    for character in text:
        if cluster and unicodedata.category(character).startswith("M"):
            cluster += character
            continue
        if cluster:
            yield cluster
        cluster = character
    if cluster:
        yield cluster


def _is_drawn(cluster: str) -> bool:
    codes = {ord(character) for character in cluster}
    if cluster == "\n" or codes <= _PLAIN:
        return True
    if any(unicodedata.category(character).startswith(("C", "Zl", "Zp")) for character in cluster):
        return False  # controls and formats are invisible or turn the line around
    return any(codes <= covered for covered in _coverage())


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    return tuple(frozenset(font.getBestCmap() or ()) for font in _fonts())


def _fonts() -> Iterator[TTFont]:
    for path in font_files():
        if path.suffix.lower() == ".ttc":
            with TTCollection(path, lazy=True) as collection:
                yield from collection
        else:
            with TTFont(path, lazy=True) as font:
                yield font
