"""People from address books."""

import uuid
from collections.abc import Sequence
from typing import Any

from crm.base.errors import Conflict, DomainError
from crm.base.names import plain
from crm.core.registry import import_kinds
from crm.identity.models import Provider, User
from crm.identity.roles import Permission
from crm.imports.kinds import SOURCE_KEY, Field, ImportKind, Keys, candidate
from crm.imports.models import ImportRow
from crm.imports.words import one_line
from employers.actions.contacts import CLEAN, add_contact, change_contact
from employers.actions.removing import remove_contact
from employers.imports import cells
from employers.imports.headers import CONTACT as CALLED
from employers.imports.one_by_one import each
from employers.imports.places_of_work import place, refuse
from employers.models import Contact, Employer

FACTS = ("name", "email", "phone", "job_title")


def _clean(name: str) -> Any:
    return lambda text: CLEAN[name](one_line(text))


@import_kinds.register
class Contacts(ImportKind):
    """One row is one person at one employer or one school."""

    name, label, one = "contacts", "Contacts", "contact"
    permission = Permission.EDIT_EMPLOYERS
    url_name = "employers:contact"
    fixed = frozenset({"employer", "company_number", "urn"})
    order, at_once = 20, 200
    fields = (
        Field("name", "Name", _clean("name"), CALLED["name"], is_needed=True, parts=("first_name", "surname")),
        Field("first_name", "First name", aliases=CALLED["first_name"], hint="Where the name stands in two columns"),
        Field("surname", "Surname", aliases=CALLED["surname"], hint="Where the name stands in two columns"),
        Field("email", "E-mail", _clean("email"), CALLED["email"]),
        Field("phone", "Phone", _clean("phone"), CALLED["phone"]),
        Field("job_title", "Job title", _clean("job_title"), CALLED["job_title"]),
        Field("employer", "Employer", one_line, CALLED["employer"], hint="As it is called here"),
        Field("company_number", "Employer's company number", cells.company_number, CALLED["company_number"]),
        Field("urn", "School's URN", one_line, CALLED["urn"], hint="For people at a school"),
        Field(SOURCE_KEY, "Number in the source", one_line, CALLED["source_key"]),
    )

    def complete(self, facts: dict[str, Any]) -> None:
        if "employer" not in facts and "urn" not in facts:
            raise DomainError("Say where this person works.", field="employer")

    def keys(self, facts: dict[str, Any]) -> Keys:
        where = facts.get("urn") or facts.get("employer", "")
        return Keys(strong=facts.get("email", ""), weak=f"{plain(where)}|{plain(facts.get('name', ''))}"[:200])

    def find(self, rows: Sequence[ImportRow]) -> None:
        place([row for row in rows if "urn" not in row.facts])
        self._place_at_schools([row for row in rows if "urn" in row.facts])
        rows = [row for row in rows if not row.verdict]
        people = Contact.objects.filter(erased_at=None)
        by_email = dict(
            people.filter(email__in=[row.facts["email"] for row in rows if "email" in row.facts]).values_list(
                "email", "id"
            )
        )
        by_name = self._by_name(rows)
        for row in rows:
            same_name = by_name.get((self._where(row), plain(row.facts["name"])), [])
            row.target_id = by_email.get(row.facts.get("email")) or (same_name[0] if len(same_name) == 1 else None)
            if row.target_id is None and len(same_name) > 1:
                reason = "same name at the same place"
                row.candidates = [candidate(pk, row.facts["name"], reason) for pk in same_name]

    def _place_at_schools(self, rows: Sequence[ImportRow]) -> None:
        schools = {school.urn: school for school in Provider.objects.filter(urn__in=[row.facts["urn"] for row in rows])}
        for row in rows:
            school = schools.get(row.facts["urn"])
            if school:
                row.facts |= {"provider_id": str(school.id)}
            else:
                refuse(row, "There is no school with this URN here. Import schools first.", "urn", "School's URN")

    @staticmethod
    def _where(row: ImportRow) -> str:
        return row.facts.get("provider_id") or row.facts["employer_id"]

    def _by_name(self, rows: Sequence[ImportRow]) -> dict[tuple[str, str], list[uuid.UUID]]:
        """People without an address that would tell them apart, by place and name."""
        found: dict[tuple[str, str], list[uuid.UUID]] = {}
        for column in ("employer_id", "provider_id"):
            ids = [row.facts[column] for row in rows if column in row.facts]
            there = Contact.objects.filter(**{f"{column}__in": ids}, erased_at=None, left_on=None)
            for pk, where, name in there.values_list("id", column, "name"):
                found.setdefault((str(where), plain(name)), []).append(pk)
        return found

    def current(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
        """Who is at one place has no other: there the file is told where they are, and nothing is filled in."""
        people = Contact.objects.filter(id__in=ids, erased_at=None).select_related("employer", "provider")
        return {
            person.id: {name: getattr(person, name) for name in FACTS}
            | {"employer": str(person.employer or person.provider), "company_number": None}
            | {"urn": (person.provider and person.provider.urn) or str(person.employer or person.provider)}
            for person in people
        }

    for_new = frozenset({"company_number"})

    def create(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        employers = Employer.objects.in_bulk([row.facts["employer_id"] for row in rows if "employer_id" in row.facts])
        schools = Provider.objects.in_bulk([row.facts["provider_id"] for row in rows if "provider_id" in row.facts])

        def add(row: ImportRow) -> None:
            facts = {name: row.facts[name] for name in FACTS if name in row.facts}
            school = schools.get(uuid.UUID(row.facts["provider_id"])) if "provider_id" in row.facts else None
            employer = None if school else employers.get(uuid.UUID(row.facts["employer_id"]))
            if not (school or employer):
                raise Conflict("The employer no longer exists. Check the file again.")
            row.target_id = add_contact(employer=employer, provider=school, by=by, **facts).id

        return each(rows, add)

    def update(self, rows: Sequence[ImportRow], by: User, *, is_undo: bool = False) -> dict[uuid.UUID, str]:
        people = Contact.objects.in_bulk([row.target_id for row in rows])

        def change(row: ImportRow) -> None:
            person = people.get(row.target_id)
            if person is None or any(getattr(person, name) != old for name, (old, _) in row.changes.items()):
                raise Conflict("Somebody has changed this person since the check. Check the file again.")
            change_contact(contact=person, by=by, **{name: new for name, (_, new) in row.changes.items()})

        return each(rows, change)

    def remove(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        people = Contact.objects.in_bulk([row.target_id for row in rows])
        return each(
            [row for row in rows if row.target_id in people],
            lambda row: remove_contact(contact=people[row.target_id], by=by),
        )

    def effects(self) -> list[str]:
        new = self.job.tally.get("verdicts", {}).get("new", 0)
        return [
            f"Contacts here: {Contact.objects.count():,}, afterwards {Contact.objects.count() + new:,}.",
            "No reminder starts and nobody is written to: people are written to for what they hold or promised.",
        ]
