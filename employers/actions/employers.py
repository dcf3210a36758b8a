"""Adding and changing employers."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.base.names import normalise_company_number
from crm.base.transactions import action
from crm.core.reference.places import known_region, place_of
from crm.core.reference.shipped import IS8_SECTORS, SIC_SECTIONS
from crm.identity.models import User
from crm.outbox.record import record, record_many
from employers.domain_events import EmployerAdded, EmployerChanged, StageChanged
from employers.models import Employer
from employers.reads.duplicates import Candidate, possible_duplicates
from employers.reads.people import is_colleague
from employers.rollups import index_employer, index_new_employer, index_people_at, keep_former_name
from employers.rollups.companies import linked, name_organisation, once_only
from employers.validators import clean_line, clean_postcode, clean_text, clean_website, website_domain


class DuplicateEmployer(Conflict):
    """The institute may have this employer already. `candidates` say which and why."""

    code = "duplicate"

    def __init__(self, message: str, candidates: list[Candidate], *, field: str) -> None:
        super().__init__(message, field=field)
        self.candidates = candidates


@action
def add_employer(
    *,
    name: str,
    stage: str = Employer.Stage.PROSPECT,
    company_number: str = "",
    legal_name: str = "",
    confirmed: bool = False,
    by: User | None,
    **facts: Any,
) -> Employer:
    """Add an employer to the acting institute and to its search.

    `facts` are those of `change_employer`. With a `company_number` it is linked to the register; `legal_name` is
    needed when the register lacks that number. Raises DuplicateEmployer when one like it exists and this is not
    `confirmed`; an employer with the same company number is refused even so.
    """
    facts = _placed(_cleaned({"name": name, **facts}))
    number = normalise_company_number(company_number)
    _refuse_duplicates(facts, number, confirmed)
    employer = Employer(stage=_known_stage(stage), **facts)
    if number:
        name_organisation(employer, number, legal_name, source="", by=by)
    with once_only(employer):
        employer.save(force_insert=True)
    index_new_employer(employer)
    added = EmployerAdded(employer_id=employer.id, name=employer.name, stage=employer.stage)
    record_many([added, linked(employer)] if number else [added], by=by)
    return employer


@action
def change_employer(*, employer: Employer, by: User | None, **facts: Any) -> Employer:
    """Change facts: name, tier, owner, sector, IS-8 sector, SIC section, size, website, town, postcode, region,
    since_on, notes. Where the reference lists know the postcode, the region is theirs.

    Raises DomainError at the field. Records nothing when nothing differs.
    """
    employer = Employer.objects.lock(employer)
    if "owner" in facts and facts["owner"] == employer.owner:  # who works here no more may stay, and may not come
        del facts["owner"]
    facts = _placed(_cleaned(facts), employer.postcode)
    changed = [name for name, value in facts.items() if getattr(employer, name) != value]
    if not changed:
        return employer
    called = employer.name
    for name in changed:
        setattr(employer, name, facts[name])
    employer.save(update_fields=changed)
    if "name" in changed:
        keep_former_name(employer, called)
        index_people_at([employer])
    index_employer(employer)
    labels = [LABELS[name] for name in changed if name in LABELS]
    record(EmployerChanged(employer_id=employer.id, fields=labels), by=by)
    return employer


@action
def change_stage(*, employer: Employer, stage: str, by: User | None) -> Employer:
    """Move an employer to another stage. Raises DomainError when there is no such stage or it is there already."""
    stage = _known_stage(stage)
    employer = Employer.objects.lock(employer)
    before = employer.stage
    if before == stage:
        raise Conflict(f"{employer.name} is already at this stage.", field="stage")
    employer.stage = stage
    employer.save(update_fields=["stage"])
    record(StageChanged(employer_id=employer.id, before=before, after=stage), by=by)
    return employer


def _known_stage(stage: str) -> str:
    if stage not in Employer.Stage.values:
        raise DomainError("Choose one of the stages.", field="stage")
    return stage


def _refuse_duplicates(facts: dict[str, Any], number: str, confirmed: bool) -> None:
    if confirmed and not number:  # only an equal number is refused even so
        return
    found = possible_duplicates(
        name=facts["name"], company_number=number, website=facts.get("website", ""), postcode=facts.get("postcode", "")
    )
    certain = [candidate for candidate in found if candidate.is_certain]
    if certain:
        message = f"{certain[0].employer.name} already has this company number. Use that employer."
        raise DuplicateEmployer(message, certain, field="company_number")
    if any(not candidate.is_other_company for candidate in found) and not confirmed:
        message = "We may already have this employer. Use one of those shown, or add it as a new one."
        raise DuplicateEmployer(message, found, field="name")


def _owner(user: User | None) -> User | None:
    if user is not None and not is_colleague(user):
        raise DomainError("Choose a colleague who works with employers here.", field="owner")
    return user


def _since(day: dt.date | None) -> dt.date | None:
    if day and not dt.date(1800, 1, 1) <= day <= today():
        raise DomainError("Enter a date in the past.", field="since_on")
    return day


def _one_of(known: Iterable[str], field: str) -> Callable[[str], str]:
    known = frozenset(known)

    def clean(value: str) -> str:
        if value and value not in known:
            raise DomainError("Choose one from the list.", field=field)
        return value

    return clean


def _placed(facts: dict[str, Any], postcode: str = "") -> dict[str, Any]:
    """With what the reference lists know of the place: local authority, region and LSIP area."""
    if not {"postcode", "region"} & facts.keys():
        return facts
    place = place_of(facts.get("postcode", postcode))
    if place is None:
        return {**facts, "local_authority": "", "lsip_area": ""}
    region = place.region or facts.get("region", "")
    return {**facts, "local_authority": place.local_authority, "lsip_area": place.lsip_area, "region": region}


CLEAN: dict[str, Callable[[Any], Any]] = {
    "name": lambda text: clean_line(text, field="name", needed="Enter the employer's name."),
    "tier": lambda tier: tier,  # its key cannot leave the institute
    "owner": _owner,
    "sector": lambda text: clean_line(text, field="sector", limit=80),
    "is8_sector": _one_of(IS8_SECTORS, "is8_sector"),
    "sic_section": _one_of(SIC_SECTIONS, "sic_section"),
    "size_band": _one_of(Employer.SizeBand.values, "size_band"),
    "website": clean_website,
    "town": lambda text: clean_line(text, field="town", limit=100),
    "postcode": clean_postcode,
    "region": known_region,
    "since_on": _since,
    "notes": lambda text: clean_text(text, field="notes"),
}
LABELS = {name: name for name in CLEAN} | {
    "since_on": "partner since",
    "is8_sector": "IS-8 sector",
    "sic_section": "SIC section",
    "size_band": "size",
}


def _cleaned(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they are stored. An unknown one is a KeyError: a mistake of the caller, not of a person."""
    clean = {name: CLEAN[name](value) for name, value in facts.items()}
    if "website" in clean:
        clean["domain"] = website_domain(clean["website"])
    return clean
