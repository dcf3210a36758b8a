"""Reading official downloads: the SIC list of Companies House, look-ups of the ONS, and its directory of postcodes.

Headers are found by their shape, because the year stands in them (lad23nm, LAD25NM). A file that lacks what is needed
is refused with the names of the columns it should have.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from crm.base.errors import DomainError
from crm.core.models import ReferenceEdition, ReferenceRow
from crm.core.reference.places import known_region, outcode, section_of
from crm.core.reference.shipped import LSIP_AREAS, REGIONS, Line

Kind = ReferenceEdition.Kind
_OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
# Counties whose name is no part of the name of the one area they lie in.
_COUNTIES = {"Norfolk": "New Anglia", "Suffolk": "New Anglia", "Devon": "Heart of the South-West"}


def read_sic(path: Path) -> Iterator[Line]:
    """Five-digit SIC codes with their section. Lines that are headings are passed over."""
    for row in _rows(path, code=r"sic_?\s?code", name=r"description"):
        code = row["code"].zfill(5) if len(row["code"]) == 4 else row["code"]
        if section := section_of(code):
            yield Line(code, row["name"], section)


def read_local_authorities(path: Path) -> Iterator[Line]:
    """Local authorities with their LSIP area and, where the file says it, their region."""
    for row in _rows(path, code=r"lad\d\dcd", name=r"lad\d\dnm", area=r"lsip\d\dnm", parent=r"rgn\d\dnm|region"):
        yield Line(row["code"], authority_name(row["name"]), _region(row.get("parent", "")), row.get("area", ""))


def read_outcodes(path: Path) -> Iterator[Line]:
    """Postcode districts with local authority, region and LSIP area.

    Either one line for each district with its region in words, or a directory of whole postcodes with their codes, of
    which the majority in each district counts.
    """
    area_of = _areas()
    with_names = {"code": r"outcode|outward.*", "name": r"la_name|local_?\s?authority.*|lad\d\dnm", "parent": r"region"}
    try:
        found = list(_rows(path, needed=("code", "parent"), **with_names))
    except DomainError:
        yield from _by_majority(path, area_of)
        return
    for row in found:
        if _OUTCODE.fullmatch(row["code"]):
            name = authority_name(row.get("name", ""))
            yield Line(row["code"], name, _region(row["parent"]), area_of(name))


READERS: dict[str, tuple[str, Callable[[Path], Iterator[Line]]]] = {
    "sic": (Kind.SIC_CODE, read_sic),
    "local-authorities": (Kind.LOCAL_AUTHORITY, read_local_authorities),
    "outcodes": (Kind.OUTCODE, read_outcodes),
}


def authority_name(text: str) -> str:
    """A local authority as people say it: `Kingston upon Hull, City of` is `Kingston upon Hull`."""
    name = re.sub(r",? (City|County|Borough) of$", "", " ".join(text.split()))
    return name.replace("&", "and")


def settle_areas() -> int:
    """Give the districts at hand the LSIP areas of the local authorities at hand. Returns how many were changed."""
    area_of = _areas()
    changed = []
    for row in ReferenceRow.objects.filter(edition__kind=Kind.OUTCODE, edition__is_current=True):
        area = area_of(row.name)
        if row.area != area:
            row.area = area
            changed.append(row)
    ReferenceRow.objects.bulk_update(changed, ["area"], batch_size=1000)
    return len(changed)


def _by_majority(path: Path, area_of: Callable[[str], str]) -> Iterator[Line]:
    votes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    columns = {"code": r"pcds|postcode", "name": r"oslaua|laua|lad\d\dcd", "parent": r"rgn|rgn\d\dcd"}
    for row in _rows(path, needed=("code", "name", "parent"), **columns):
        votes[outcode(row["code"])][row["name"], row["parent"]] += 1
    authorities = dict(_current(Kind.LOCAL_AUTHORITY).values_list("code", "name"))
    for code, counted in votes.items():
        (authority, region), _ = counted.most_common(1)[0]
        if _OUTCODE.fullmatch(code):
            name = authorities.get(authority, "")
            yield Line(code, name, REGIONS.get(region, ""), area_of(name))


def _areas() -> Callable[[str], str]:
    """From a local authority to its LSIP area: as the list says it; a county by the one area that has its name."""
    known = dict(_current(Kind.LOCAL_AUTHORITY).exclude(area="").values_list("name", "area")) | _COUNTIES

    def area_of(name: str) -> str:
        if not name or name in known:
            return known.get(name, "")
        held = [area for area in LSIP_AREAS.values() if re.search(rf"\b{re.escape(name)}\b", area)]
        return held[0] if len(held) == 1 else ""

    return area_of


def _current(kind: str) -> "ReferenceRow.objects":
    return ReferenceRow.objects.filter(edition__kind=kind, edition__is_current=True)


def _region(text: str) -> str:
    try:
        return known_region(text)
    except DomainError:
        return ""


def _rows(path: Path, *, needed: Iterable[str] = ("code", "name"), **columns: str) -> Iterator[Mapping[str, str]]:
    """The lines of a CSV file by our names for its columns. Raises DomainError when it lacks one that is needed."""
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        reader = csv.reader(file)
        heads = [head.strip().casefold() for head in next(reader, [])]
        places = {name: _place(heads, shape) for name, shape in columns.items()}
        lacking = [columns[name] for name in needed if places.get(name) is None]
        if lacking:
            raise DomainError(f"{path.name} has no column like {', '.join(lacking)}. Its columns: {', '.join(heads)}.")
        for row in reader:
            found = {name: _cell(row, place) for name, place in places.items() if place is not None}
            if all(found[name] for name in needed):
                yield found


def _place(heads: list[str], shape: str) -> int | None:
    return next((place for place, head in enumerate(heads) if re.fullmatch(shape, head)), None)


def _cell(row: list[str], place: int) -> str:
    return " ".join(row[place].split()) if place < len(row) else ""
