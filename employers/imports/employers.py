"""Employers from spreadsheets, registers and councils' lists of suppliers."""

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from crm.base.errors import DomainError
from crm.base.names import plain
from crm.core.reference.places import section_of
from crm.core.registry import import_kinds
from crm.identity.models import User
from crm.identity.roles import Permission
from crm.imports.kinds import SOURCE_KEY, Field, ImportKind, Keys, candidate
from crm.imports.models import ImportRow, SourceRecord
from employers.actions.bulk import EmployerRow, apply_employer_rows, remove_employer_rows
from employers.imports import cells
from employers.imports.headers import EMPLOYER as CALLED
from employers.imports.matching import find_employers
from employers.models import Employer, Tier
from employers.reads.duplicates import Known
from employers.reads.people import colleagues
from employers.reads.redirects import left_of

KNOWN_BY = ("name", "company_number", "website", "postcode")
FROM_FILE = "Imported from a file"
# Columns of the employer itself; the number, the SIC codes and the source's own key stand elsewhere.
PLAIN = ("name", "stage", "sector", "sic_section", "size_band", "website", "town", "postcode", "region", "notes")


@import_kinds.register
class Employers(ImportKind):
    """One row is one employer; rows of one employer, such as payments to it, count once."""

    name, label, one = "employers", "Employers", "employer"
    permission = Permission.EDIT_EMPLOYERS
    url_name = "employers:record"
    fixed = frozenset({"company_number"})
    for_new = frozenset({"sic_codes"})  # kept in the register, whose entries an import does not change
    order = 10
    fields = (
        Field("name", "Name", cells.name, CALLED["name"], is_needed=True),
        Field("company_number", "Company number", cells.company_number, CALLED["company_number"],
              hint="Companies House; lost zeros are put back"),
        Field(SOURCE_KEY, "Number in the source", cells.one_line, CALLED["source_key"],
              hint="What the source itself calls this employer, such as EmployerId or Supplier number"),
        Field("postcode", "Postcode", cells.postcode, CALLED["postcode"]),
        Field("town", "Town", cells.fact("town"), CALLED["town"]),
        Field("region", "Region", cells.region, CALLED["region"]),
        Field("website", "Website", cells.fact("website"), CALLED["website"]),
        Field("sector", "Sector", cells.fact("sector"), CALLED["sector"]),
        Field("sic_codes", "SIC codes", cells.sic_codes, CALLED["sic_codes"]),
        Field("sic_section", "SIC section", cells.sic_section, hint="Taken from the first SIC code if empty"),
        Field("size_band", "Size", cells.size_band, CALLED["size_band"]),
        Field("stage", "Stage", cells.stage, CALLED["stage"]),
        Field("tier", "Tier", cells.one_line, CALLED["tier"]),
        Field("owner", "Owner", cells.one_line, CALLED["owner"], hint="A colleague's e-mail address or name"),
        Field("since_on", "Partner since", cells.since, CALLED["since_on"]),
        Field("notes", "Notes", cells.CLEAN["notes"], CALLED["notes"], is_text=True),
    )  # fmt: skip

    @cached_property
    def _tiers(self) -> dict[str, Tier]:
        return {tier.label.casefold(): tier for tier in Tier.objects.all()}

    @cached_property
    def _owners(self) -> dict[str, User]:
        people = list(colleagues())
        return {user.name.casefold(): user for user in people} | {user.email.casefold(): user for user in people}

    def complete(self, facts: dict[str, Any]) -> None:
        """Tier and owner by the names they go by here; the section from the first SIC code."""
        if facts.get("tier") and facts["tier"].casefold() not in self._tiers:
            raise DomainError(f"“{facts['tier'][:40]}” is no tier here.", field="tier")
        if facts.get("owner") and facts["owner"].casefold() not in self._owners:
            raise DomainError(f"“{facts['owner'][:40]}” is no colleague who works with employers here.", field="owner")
        if "tier" in facts:
            facts["tier"] = self._tiers[facts["tier"].casefold()].label
        if "owner" in facts:
            facts["owner"] = self._owners[facts["owner"].casefold()].email
        if "sic_section" not in facts and facts.get("sic_codes"):
            facts["sic_section"] = section_of(facts["sic_codes"][0])

    def keys(self, facts: dict[str, Any]) -> Keys:
        return Keys(strong=facts.get("company_number", ""), weak=plain(facts.get("name", ""))[:200])

    def find(self, rows: Sequence[ImportRow]) -> None:
        sought = [Known(**{name: row.facts.get(name, "") for name in KNOWN_BY}) for row in rows]
        for row, found in zip(rows, find_employers(sought), strict=True):
            row.target_id = found.employer_id
            row.candidates = [candidate(told.id, told.name, told.reason) for told in found.candidates]
            row.candidates += [
                candidate(told.id, told.name, told.reason, perhaps=True, likeness=told.likeness)
                for told in found.perhaps
            ]
        self._keep_apart(rows)

    def _keep_apart(self, rows: Sequence[ImportRow]) -> None:
        """Two entries of one register under different keys are two, though they have one name."""
        keyed = [row for row in rows if row.key.startswith("k:") and (row.target_id or row.candidates)]
        if not (self.job.source and keyed):
            return
        ids = {row.target_id for row in keyed} | {uuid.UUID(c["id"]) for row in keyed for c in row.candidates}
        ours = SourceRecord.objects.filter(kind=self.name, source=self.job.source, object_id__in=ids - {None})
        listed = set(ours.filter(key__startswith="k:").values_list("object_id", flat=True))
        for row in keyed:
            if self.job.is_snapshot:  # a whole list names each of its entries once; of other lists somebody decides
                row.candidates = [c for c in row.candidates if uuid.UUID(c["id"]) not in listed]
            if row.target_id in listed and not row.facts.get("company_number"):
                row.target_id = None

    def follow(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
        return left_of(ids)

    def current(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
        employers = Employer.objects.filter(id__in=ids).select_related("organisation", "tier", "owner")
        return {employer.id: _shown(employer) for employer in employers}

    def create(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        made = [
            EmployerRow(
                id=row.target_id,
                facts=self._columns(row.facts),
                company_number=row.facts.get("company_number", ""),
                legal_name=row.facts["name"],
                sic_codes=row.facts.get("sic_codes", []),
            )
            for row in rows
        ]
        return self._by_row(rows, apply_employer_rows(rows=made, source=self.job.source or FROM_FILE, by=by))

    def update(self, rows: Sequence[ImportRow], by: User, *, is_undo: bool = False) -> dict[uuid.UUID, str]:
        made = []
        for row in rows:
            new = {name: pair[1] for name, pair in row.changes.items()}
            number = new.get("company_number")
            made.append(
                EmployerRow(
                    id=row.target_id,
                    facts=self._columns(new),
                    before=self._columns({name: pair[0] for name, pair in row.changes.items()}),
                    company_number=number or "",
                    legal_name=row.facts["name"],
                    sic_codes=row.facts.get("sic_codes", []),
                    is_undo=is_undo,
                    unlinks=number == "",
                )
            )
        return self._by_row(rows, apply_employer_rows(rows=made, source=self.job.source or FROM_FILE, by=by))

    def remove(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        return self._by_row(rows, remove_employer_rows(ids=[row.target_id for row in rows], by=by))

    def effects(self) -> list[str]:
        verdicts = self.job.tally.get("verdicts", {})
        new, before = verdicts.get("new", 0), Employer.objects.count()
        said = [f"Employers here: {before:,}, afterwards {before + new:,}."] if new else []
        stages = self.job.rows.filter(verdict="update", changes__has_key="stage").count()
        if stages:
            said.append(f"{stages:,} employers move to another stage: who is going quiet is counted anew.")
        said.append("No reminder starts: employers are reminded of only once something is agreed or promised.")
        return said

    def _columns(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Facts as columns of the employer."""
        columns = {name: facts[name] for name in PLAIN if name in facts}
        if "since_on" in facts:
            columns["since_on"] = dt.date.fromisoformat(facts["since_on"]) if facts["since_on"] else None
        if "tier" in facts:
            tier = self._tiers.get(facts["tier"].casefold())
            columns["tier_id"] = tier.id if tier else None
        if "owner" in facts:
            owner = User.objects.filter(email=facts["owner"]).first() if facts["owner"] else None
            columns["owner_id"] = owner.id if owner else None
        return columns

    @staticmethod
    def _by_row(rows: Sequence[ImportRow], refused: dict[uuid.UUID, str]) -> dict[uuid.UUID, str]:
        return {row.id: refused[row.target_id] for row in rows if row.target_id in refused}


def _shown(employer: Employer) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(employer, name) for name in PLAIN}
    facts["since_on"] = employer.since_on.isoformat() if employer.since_on else ""
    facts["tier"] = employer.tier.label if employer.tier else ""
    facts["owner"] = employer.owner.email if employer.owner else ""
    organisation = employer.organisation
    facts["company_number"] = organisation.company_number if organisation else ""
    return facts
