"""A large institute for benchmarks, made from a seed and loaded by COPY: the same seed gives the same rows.

Names are put together from parts that real registers use, so that searches meet many like ones; what employers have is
spread unevenly, as in life: few have a tier, some were never spoken to, a handful has a thousand conversations.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import psycopg

from crm.base.ids import new_id
from crm.base.names import match_key, plain
from crm.core.reference.shipped import IS8_SECTORS, LSIP_AREAS, REGIONS, SIC_SECTIONS
from employers.models import Employer

FIRST = (
    "Apex Beacon Cavendish Dales Ebor Fossway Grimsby Humber Iron Jubilee Kelham Lindum Meridian Northern Orchard "
    "Pennine Quarry Ridings Steel Trent Union Vale Wolds York Zenith Albion Brook Castle Derwent Eden Falcon Granite "
    "Harbour Ivy Keystone Lark Mallard Nelson Oak Phoenix"
).split()
SECOND = (
    "Robotics Foods Networks Energy Logistics Care Fabrication Software Optics Castings Rail Marine Build Labs "
    "Chemicals Textiles Pumps Motors Glass Packaging Precision Systems Plastics Coatings Timber Dairy Controls Data"
).split()
TOWNS = "Hull Leeds Lincoln Boston York Selby Goole Louth Ripon Malton Grimsby Scunthorpe Sleaford Barnsley".split()
SUFFIXES = ("Ltd", "Limited", "plc", "LLP", "Group Ltd", "(UK) Ltd", "")
TAGS = 15
COLLEAGUES = 12
STAGES = random.Random(0).choices(Employer.Stage.values, weights=(5, 3, 4, 2, 1), k=64)
TODAY = dt.date.today()
NOW = dt.datetime.now(dt.UTC)


@dataclass
class Made:
    """Ids of what was made, for those who ask for it by name."""

    tiers: list[uuid.UUID]
    owners: list[uuid.UUID]
    tags: list[uuid.UUID]
    employers: list[uuid.UUID] = field(default_factory=list)

    @property
    def busiest(self) -> uuid.UUID:
        """The employer with the most conversations."""
        return self.employers[0]


def load(url: str, institute: uuid.UUID, owners: list[uuid.UUID], *, employers: int, related: int, seed: int) -> Made:
    """Employers with their tags, follow-ups and search entries, and `related` conversations; then VACUUM ANALYZE."""
    rng = random.Random(seed)
    made = Made(tiers=[new_id() for _ in range(4)], owners=owners, tags=[new_id() for _ in range(TAGS)])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        scales = ("anchor", "core", "associate", "supporter")
        tiers = (
            (pk, institute, scale.title(), scale, n)
            for n, (pk, scale) in enumerate(zip(made.tiers, scales, strict=True))
        )
        _copy(connection, "employers_tier (id, institute_id, label, scale, position)", tiers)
        tags = ((pk, institute, f"Tag {n}") for n, pk in enumerate(made.tags))
        _copy(connection, "employers_tag (id, institute_id, name)", tags)
        rows = list(_employers(rng, institute, made, employers))
        _copy(connection, f"employers_employer ({', '.join(EMPLOYER)})", rows)
        made.employers = [row[0] for row in rows]
        _copy(connection, f"core_searchentry ({SEARCH})", _search(institute, rows))
        _copy(
            connection, "employers_employertag (id, institute_id, employer_id, tag_id)", _tagged(rng, institute, made)
        )
        _copy(connection, f"employers_followup ({FOLLOW_UP})", _follow_ups(rng, institute, made))
        _copy(connection, f"employers_engagement ({ENGAGEMENT})", _engagements(rng, institute, made, related))
        connection.execute(HEALTH)
        connection.execute("SET session_replication_role = origin")
        connection.execute("VACUUM ANALYZE")
    return made


EMPLOYER = (
    "id", "institute_id", "name", "stage", "tier_id", "owner_id", "sector", "is8_sector", "sic_section", "size_band",
    "website", "domain", "town", "postcode", "local_authority", "region", "lsip_area", "last_contact_on", "notes",
    "created_at",
)  # fmt: skip
SEARCH = "id, institute_id, kind, object_id, title, subtitle, words, match_key"
FOLLOW_UP = (
    "id, institute_id, subject_type, subject_id, employer_id, title, due_on, owner_id, created_at, dropped_reason"
)
ENGAGEMENT = "id, institute_id, employer_id, kind, happened_at, summary, minutes, by_id"

HEALTH = """INSERT INTO employers_employerhealth
 (id, institute_id, employer_id, level, score, reasons, rules_version, computed_at, recheck_on)
SELECT id, institute_id, id,
 CASE WHEN last_contact_on < current_date - 60 THEN 'quiet' WHEN last_contact_on IS NULL THEN 'none' ELSE 'good' END,
 100, '[]', 0, now(), current_date + 1 FROM employers_employer"""


def _copy(connection: psycopg.Connection, into: str, rows: Iterable[tuple]) -> None:
    with connection.cursor().copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _employers(rng: random.Random, institute: uuid.UUID, made: Made, count: int) -> Iterator[tuple]:
    regions, areas = list(REGIONS.values()), list(LSIP_AREAS.values())
    is8, sections, bands = list(IS8_SECTORS), list(SIC_SECTIONS), Employer.SizeBand.values
    for number in range(count):
        what, town = rng.choice(SECOND), rng.choice(TOWNS)
        name = f"{rng.choice(FIRST)} {what} {town} {number} {rng.choice(SUFFIXES)}".strip()
        site = f"{match_key(name).replace(' ', '')}.example"
        area = rng.randrange(len(areas))
        yield (
            new_id(), institute, name, rng.choice(STAGES),
            rng.choice(made.tiers) if rng.random() < 0.1 else None,
            rng.choice(made.owners) if rng.random() < 0.6 else None,
            what, rng.choice(is8) if rng.random() < 0.6 else "", rng.choice(sections), rng.choice(bands),
            f"https://{site}", site, town, f"DN{1 + number % 40} {number % 10}AB", town,
            regions[area % len(regions)], areas[area],
            TODAY - dt.timedelta(days=int(rng.expovariate(1 / 120))) if rng.random() < 0.7 else None, "", NOW,
        )  # fmt: skip


def _search(institute: uuid.UUID, rows: list[tuple]) -> Iterator[tuple]:
    for row in rows:
        name, sector, town = row[2], row[6], row[12]
        yield new_id(), institute, "employer", row[0], name, sector, plain(f"{name} {sector} {town}"), match_key(name)


def _tagged(rng: random.Random, institute: uuid.UUID, made: Made) -> Iterator[tuple]:
    for employer in made.employers:
        if rng.random() < 0.3:
            for tag in rng.sample(made.tags, k=rng.choice((1, 1, 2))):
                yield new_id(), institute, employer, tag


def _follow_ups(rng: random.Random, institute: uuid.UUID, made: Made) -> Iterator[tuple]:
    for employer in made.employers:
        if rng.random() < 0.2:
            due = TODAY + dt.timedelta(days=rng.randrange(-20, 60))
            owner = rng.choice(made.owners)
            yield new_id(), institute, "employers.employer", employer, employer, "Call again", due, owner, NOW, ""


def _engagements(rng: random.Random, institute: uuid.UUID, made: Made, count: int) -> Iterator[tuple]:
    """A thousandth of the employers has a tenth of the conversations."""
    busy = made.employers[: max(1, len(made.employers) // 1000)]
    kinds = ("call", "call", "meeting", "visit", "note")
    for number in range(count):
        employer = busy[number // 10 % len(busy)] if number % 10 == 0 else rng.choice(made.employers)
        moment = NOW - dt.timedelta(minutes=rng.randrange(3 * 365 * 24 * 60))
        yield new_id(), institute, employer, rng.choice(kinds), moment, "Spoke about placements.", 15, made.owners[0]
