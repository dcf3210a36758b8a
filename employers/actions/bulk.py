"""Employers by the thousand: the set-based actions that an import calls.

The rules, row security, the audit and the domain events are those of the actions for one employer.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from crm.base.bulk import bulk_insert, bulk_update
from crm.base.clock import now
from crm.base.names import match_key
from crm.base.transactions import action
from crm.core.models import SearchEntry
from crm.core.reference.places import places_of
from crm.core.things import thing
from crm.identity.models import User
from crm.outbox.domain_events import DomainEvent
from crm.outbox.record import record_many
from employers.actions.employers import LABELS
from employers.domain_events import (
    EMPLOYER,
    EmployerAdded,
    EmployerChanged,
    EmployerRemoved,
    OrganisationLinked,
    StageChanged,
)
from employers.models import Employer, EmployerHealth, EmployerName, NameKey, Organisation
from employers.models.merges import DuplicatePair
from employers.reads.attachments import attachments
from employers.rollups import index_employers, index_people_at
from employers.validators import website_domain

TAKEN = "Another employer here is linked to this company number by now. Check the file again."
CHANGED = "Somebody has changed this employer since the check. Check the file again."
GONE = "This employer no longer exists. Check the file again."


@dataclass(frozen=True)
class EmployerRow:
    """An employer to add (`before` None) or to change, by columns, with cleaned values.

    `before` says what each column was when the change was decided. `company_number` links to the register; where the
    register lacks it, the entry takes `legal_name` and `sic_codes`.
    """

    id: uuid.UUID
    facts: dict[str, Any]
    before: dict[str, Any] | None = None
    company_number: str = ""
    legal_name: str = ""
    sic_codes: list[str] = field(default_factory=list)
    is_undo: bool = False  # a change taken back: the name it had for a while is no former name
    unlinks: bool = False  # taken back too: no longer the company it was linked to


Refusals = dict[uuid.UUID, str]

# What every employer has, made by the product alone.
_OF_ITSELF = {
    *("employers.employerhealth", "employers.namekey", "employers.duplicatepair"),
    *("outbox.entry", "outbox.timelineitem"),
}


@action
def apply_employer_rows(*, rows: Sequence[EmployerRow], source: str, by: User | None) -> Refusals:
    """Add and change employers of the acting institute, all in a few statements.

    Returns why not, by id, for rows that were left alone: a value is no longer what it was `before`, or the company
    number is another employer's by now. `source` is written to new entries of the register.
    """
    register = _registered(rows, source, by)
    refused = _taken(rows, register)
    new = [row for row in rows if row.before is None and row.id not in refused]
    changed = [row for row in rows if row.before is not None and row.id not in refused]
    events = _add(new, register)
    more, also_refused = _change(changed, register)
    record_many([*events, *more], by=by)
    return refused | also_refused


@action
def remove_employer_rows(*, ids: Sequence[uuid.UUID], by: User | None) -> Refusals:
    """Remove employers that an import added, unless something was attached since. Returns why not, by id."""
    employers = {e.id: e for e in Employer.objects.select_for_update(of=("self",)).filter(id__in=ids)}
    held = _held(list(employers))
    merged = Employer.with_merged.filter(id__in=ids, merged_into__isnull=False)
    held |= dict.fromkeys(merged.values_list("id", flat=True), "It was merged into another employer since.")
    free = [employer for employer in employers.values() if employer.id not in held]
    freed = [employer.id for employer in free]
    EmployerHealth.objects.filter(employer_id__in=freed).delete()
    NameKey.objects.filter(employer_id__in=freed).delete()
    DuplicatePair.objects.filter(Q(first_id__in=freed) | Q(second_id__in=freed)).delete()
    Employer.objects.filter(id__in=freed).delete()
    SearchEntry.objects.filter(kind="employer", object_id__in=freed).delete()
    record_many([EmployerRemoved(employer_id=e.id, name=e.name) for e in free], by=by)
    return held


def _registered(rows: Sequence[EmployerRow], source: str, by: User | None) -> dict[str, Organisation]:
    """The register's entries by company number. One that exists stays as it is; a missing one is added."""
    by_number = {row.company_number: row for row in rows if row.company_number}
    known = Organisation.objects.filter(company_number__in=by_number)
    missing = set(by_number) - set(known.values_list("company_number", flat=True))
    entries = [
        Organisation(
            legal_name=by_number[number].legal_name,
            company_number=number,
            sic_codes=by_number[number].sic_codes,
            source=source[:500],
            edited_by=by,
            edited_at=now(),
        )
        for number in sorted(missing)
    ]
    bulk_insert(entries, on_conflict="DO NOTHING")
    return {entry.company_number: entry for entry in known.all()}


def _taken(rows: Sequence[EmployerRow], register: dict[str, Organisation]) -> Refusals:
    """Rows whose company another employer of the institute is linked to, or was before it was merged."""
    wanted = {register[row.company_number].id: row.id for row in rows if row.company_number}
    linked = Employer.with_merged.filter(organisation_id__in=wanted).values_list("organisation_id", "id")
    return {wanted[organisation]: TAKEN for organisation, employer in linked if employer != wanted[organisation]}


def _add(rows: Sequence[EmployerRow], register: dict[str, Organisation]) -> list[DomainEvent]:
    employers = [
        Employer(id=row.id, organisation=register.get(row.company_number), **_derived(row.facts)) for row in rows
    ]
    _place(employers)
    bulk_insert(employers)
    index_employers(employers)
    events: list[DomainEvent] = []
    for employer in employers:
        events.append(EmployerAdded(employer_id=employer.id, name=employer.name, stage=employer.stage))
        events += _linked(employer) if employer.organisation else []
    return events


def _change(rows: Sequence[EmployerRow], register: dict[str, Organisation]) -> tuple[list[DomainEvent], Refusals]:
    wanted = [row.id for row in rows]
    locked = Employer.objects.select_for_update(of=("self",)).select_related("organisation").order_by("id")
    employers = locked.in_bulk(wanted)
    refused, events, changed, renamed, undone, columns = {}, [], [], [], set(), set()
    for row in rows:
        employer = employers.get(row.id)
        if employer is None or _differs(employer, row):
            refused[row.id] = CHANGED if employer else GONE
            continue
        if row.facts.get("name"):
            renamed.append((employer, employer.name))
            undone |= {employer.id} if row.is_undo else set()
        events += _write(employer, row, register)
        columns |= set(_derived(row.facts)) | ({"organisation"} if row.company_number or row.unlinks else set())
        changed.append(employer)
    if changed:
        if {"postcode", "region"} & columns:
            _place(changed)
            columns |= {"local_authority", "lsip_area", "region"}
        bulk_update(changed, sorted(columns))
        _keep_former_names(changed, [(employer, called) for employer, called in renamed if employer.id not in undone])
        index_employers(changed)
        index_people_at([employer for employer, called in renamed if called != employer.name])
    return events, refused


def _keep_former_names(changed: Sequence[Employer], renamed: Sequence[tuple[Employer, str]]) -> None:
    """As change_employer does: a name written otherwise is no other name, and the present one no former one."""
    names = EmployerName.objects.filter(employer__in=changed)
    own = {employer.id: employer.name.casefold() for employer in changed}
    gone = [pk for pk, whose, name in names.values_list("id", "employer_id", "name") if name.casefold() == own[whose]]
    names.filter(pk__in=gone).delete()
    former = [
        EmployerName(employer=employer, kind=EmployerName.Kind.FORMER, name=called)
        for employer, called in renamed
        if match_key(called) != match_key(employer.name)
    ]
    bulk_insert(former, on_conflict="DO NOTHING")


def _write(employer: Employer, row: EmployerRow, register: dict[str, Organisation]) -> list[DomainEvent]:
    """Set the values on the instance; returns what happened."""
    events: list[DomainEvent] = []
    if "stage" in row.facts:
        events.append(StageChanged(employer_id=employer.id, before=employer.stage, after=row.facts["stage"]))
    for name, value in _derived(row.facts).items():
        setattr(employer, name, value)
    labels = [LABELS[name.removesuffix("_id")] for name in row.facts if name.removesuffix("_id") in LABELS]
    if row.unlinks:
        employer.organisation = None
        labels.append("company number")
    if labels:
        events.insert(0, EmployerChanged(employer_id=employer.id, fields=labels))
    if row.company_number:
        employer.organisation = register[row.company_number]
        events += _linked(employer)
    return events


def _differs(employer: Employer, row: EmployerRow) -> bool:
    """Whether a value is no longer what it was when the change was decided."""
    if (row.company_number and employer.organisation_id) or (row.unlinks and not employer.organisation_id):
        return True
    return any(getattr(employer, name) != value for name, value in row.before.items())


def _derived(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "domain": website_domain(facts["website"])} if "website" in facts else dict(facts)


def _place(employers: Sequence[Employer]) -> None:
    """What the reference lists know of the places: local authority, region and LSIP area."""
    places = places_of({employer.postcode for employer in employers})
    for employer in employers:
        place = places.get(employer.postcode)
        employer.local_authority = place.local_authority if place else ""
        employer.lsip_area = place.lsip_area if place else ""
        employer.region = (place and place.region) or employer.region


def _linked(employer: Employer) -> list[DomainEvent]:
    organisation = employer.organisation
    return [
        OrganisationLinked(
            employer_id=employer.id,
            organisation_id=organisation.id,
            company_number=organisation.company_number,
            legal_name=organisation.legal_name,
        )
    ]


def _held(ids: Sequence[uuid.UUID]) -> Refusals:
    """Employers that something is attached to, with what."""
    held: Refusals = {}
    for attachment in attachments():
        if attachment.model._meta.label_lower in _OF_ITSELF:
            continue
        column = f"{attachment.column}_id"
        rows = attachment.model._default_manager.filter(**{f"{column}__in": ids})
        if attachment.is_pair:
            rows = rows.filter(**{f"{attachment.column}_type": EMPLOYER})
        for employer_id in rows.values_list(column, flat=True).distinct():
            held[employer_id] = f"Something was added to it since: {thing(attachment.model)}."
    return held
