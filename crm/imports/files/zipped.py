"""Looking into an Office file, which is a zip file, without unpacking what may be a bomb."""

from pathlib import Path
from typing import IO, Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from crm.imports.files.limits import MAX_RATIO, MAX_UNPACKED, Refused

_PIECE = 1 << 16
_MACROS = ("vbaproject.bin", "macrosheets/", "basic/", "scripts/")
DAMAGED = "This file is damaged or cut short. Save it again from your spreadsheet program."


def open_office(path: Path) -> tuple[ZipFile, str]:
    """The archive and "xlsx" or "ods". Raises Refused for bombs, macros, passwords and other zip files."""
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError, ValueError) as error:
        raise Refused(DAMAGED) from error
    names = {info.filename for info in archive.infolist()}
    for info in archive.infolist():
        _refuse_part(info)
    if "xl/workbook.xml" in names:
        return archive, "xlsx"
    if "content.xml" in names and _is_ods(archive, names):
        return archive, "ods"
    raise Refused("This is a zip file but no spreadsheet. Save the table as .xlsx, .ods or .csv.")


def _refuse_part(info: Any) -> None:
    name = info.filename.lower()
    if info.flag_bits & 1:
        raise Refused("This file is protected by a password. Save it without one.")
    if any(mark in name for mark in _MACROS):
        raise Refused("This file holds macros. Save it as .xlsx or .csv, which cannot.")
    is_bomb = info.file_size > 1_000_000 and info.file_size > MAX_RATIO * max(info.compress_size, 1)
    if info.file_size > MAX_UNPACKED or is_bomb:
        raise Refused(
            f"This file would unpack to {info.file_size / 1024 / 1024:,.0f} MB. Save only the table you need as CSV."
        )


def _is_ods(archive: ZipFile, names: set[str]) -> bool:
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.open("META-INF/manifest.xml").read(1_000_000):
        raise Refused("This file is protected by a password. Save it without one.")
    return "mimetype" in names and b"spreadsheet" in archive.open("mimetype").read(200)


class Parsing:
    """Feeds one part of the archive to an XML parser, piece by piece. Subclasses have `start`, `end` and `text`."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = lambda name, attributes: self.start(name.rpartition(":")[2], attributes)
        self.parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text of the element."""

    def feed(self, part: IO[bytes]) -> Any:
        """Parse on; a generator that pauses after each piece, so that rows need not be kept."""
        try:
            while piece := part.read(_PIECE):
                self.parser.Parse(piece, False)
                yield
            self.parser.Parse(b"", True)
            yield
        except (expat.ExpatError, BadZipFile, EOFError, OSError, NotImplementedError) as error:
            raise Refused(DAMAGED) from error

    def parse(self, archive: ZipFile, name: str) -> None:
        """The whole part at once."""
        try:
            part = archive.open(name)
        except KeyError as error:
            raise Refused(DAMAGED) from error
        for _ in self.feed(part):
            pass

    @staticmethod
    def _refuse_doctype(*_: Any) -> None:
        raise Refused("This file defines a document type of its own, which no spreadsheet program does.")
