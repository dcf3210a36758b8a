"""What the reference lists know of a postcode, a region's name, a SIC code."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.base.errors import DomainError
from crm.core.models import ReferenceEdition, ReferenceRow
from crm.core.reference.shipped import REGIONS, SECTION_OF_DIVISION

_REGION_NAMES = {name.casefold(): name for name in REGIONS.values()} | {
    "yorkshire & the humber": "Yorkshire and The Humber",
    "yorkshire & humber": "Yorkshire and The Humber",
    "yorkshire and humber": "Yorkshire and The Humber",
    "east": "East of England",
    "eastern": "East of England",
    "greater london": "London",
}


@dataclass(frozen=True)
class Place:
    """Where a postcode district lies, by the majority of its addresses: a district may straddle two authorities."""

    local_authority: str
    region: str
    lsip_area: str


def outcode(postcode: str) -> str:
    """The district of a postcode with its space: `DN36 5TR` lies in `DN36`."""
    return postcode.partition(" ")[0]


def place_of(postcode: str) -> Place | None:
    """None where no list of postcode districts is loaded, or the list does not have this one."""
    if not postcode:
        return None
    districts = ReferenceRow.objects.filter(
        edition__kind=ReferenceEdition.Kind.OUTCODE, edition__is_current=True, code=outcode(postcode)
    )
    row = districts.first()
    return Place(local_authority=row.name, region=row.parent, lsip_area=row.area) if row else None


def places_of(postcodes: Iterable[str]) -> dict[str, Place]:
    """The same for many, by postcode, in one query; those that no list knows are left out."""
    wanted = {postcode: outcode(postcode) for postcode in postcodes if postcode}
    districts = ReferenceRow.objects.filter(
        edition__kind=ReferenceEdition.Kind.OUTCODE, edition__is_current=True, code__in=set(wanted.values())
    )
    known = {row.code: Place(row.name, row.parent, row.area) for row in districts}
    return {postcode: known[code] for postcode, code in wanted.items() if code in known}


def known_region(text: str, *, field: str = "region") -> str:
    """The region or nation as the list spells it, or "" for none. Raises DomainError for any other word."""
    typed = " ".join(text.split())
    if not typed:
        return ""
    if typed.casefold() not in _REGION_NAMES:
        raise DomainError("Choose a region of England, or Northern Ireland, Scotland or Wales.", field=field)
    return _REGION_NAMES[typed.casefold()]


def section_of(sic_code: str) -> str:
    """The section of a SIC 2007 code, or "" when it is none. A code that lost its leading zero is understood."""
    digits = str(sic_code).strip()
    if len(digits) == 4:
        digits = f"0{digits}"
    return SECTION_OF_DIVISION.get(digits[:2], "") if len(digits) == 5 and digits.isdecimal() else ""
