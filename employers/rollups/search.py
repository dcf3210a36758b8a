"""The words an employer is found by, and its names in the form they are compared in."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from crm.base.bulk import bulk_insert, insert_together
from crm.base.names import match_key, name_parts
from crm.core import search
from employers.models import Contact, Employer, EmployerName, FormerNumber, NameKey

MAX_CONTACTS = 200
_FEW = 50  # more rows than this are copied
Ids = dict[uuid.UUID, uuid.UUID]
Names = dict[uuid.UUID, list[tuple[str, str]]]
Texts = dict[uuid.UUID, list[str]]


def index_employer(employer: Employer) -> None:
    """Bring the search entry and the name keys of an employer up to date. For several, `index_employers`."""
    index_employers([employer])


def index_new_employer(employer: Employer) -> None:
    """The first entry and name keys of an employer that was just made: nothing else can say a word of it yet."""
    names: Names = defaultdict(list)
    keys = _name_keys((employer.id, kind, name) for kind, name in names_of(employer, names[employer.id]))
    insert_together([*keys, search.entry(**_words_of(employer, names, defaultdict(list), defaultdict(list)))])


def index_employers(employers: Iterable[Employer]) -> None:
    """Bring search entries and name keys up to date, in a fixed number of statements for a thousand of them.

    Joined `organisation`s spare a query each. Whatever changes a name, a fact that is searched for, a person or another
    name calls this in the same transaction.
    """
    employers = list(employers)
    by_id = _with_those_merged(employers)
    names, numbers, people = _other_names(by_id), _former_numbers(by_id), _people(employers)
    _keep_name_keys(employers, names)
    entries = [_words_of(employer, names, numbers, people) for employer in employers]
    if len(entries) == 1:
        search.index(**entries[0])
    else:
        search.index_many([search.entry(**words) for words in entries])


def _words_of(employer: Employer, names: Names, numbers: Texts, people: Texts) -> dict[str, Any]:
    others = [name for _, name in names[employer.id]]
    words = [employer.town, employer.domain, _number(employer), *others, *numbers[employer.id], *people[employer.id]]
    facts = {"title": employer.name, "subtitle": employer.sector, "extra_words": " ".join(words)}
    return {"kind": "employer", "object_id": employer.id, **facts}


def _number(employer: Employer) -> str:
    return employer.organisation.company_number if employer.organisation else ""


def _with_those_merged(employers: list[Employer]) -> Ids:
    """By the id of each employer, and of each that was merged into one of them: the one that is left."""
    left = {employer.id: employer.id for employer in employers}
    newest: Iterable[uuid.UUID] = list(left)
    while newest:
        merged = Employer.with_merged.filter(merged_into__in=newest).values_list("id", "merged_into_id")
        newest = [pk for pk, into in merged if pk not in left and not left.update({pk: left[into]})]
    return left


def _other_names(by_id: Ids) -> Names:
    """Names beside its own, as (kind, name): those somebody knows, and those of employers merged into it."""
    names: Names = defaultdict(list)
    known = EmployerName.objects.filter(employer__in=by_id).order_by("id").values_list("employer_id", "kind", "name")
    for pk, kind, name in known:
        names[by_id[pk]].append((kind, name))
    merged = [pk for pk, left in by_id.items() if pk != left]
    if merged:
        for pk, name in Employer.with_merged.filter(pk__in=merged).order_by("id").values_list("id", "name"):
            names[by_id[pk]].append((NameKey.Kind.FORMER, name))
    return names


def _former_numbers(by_id: Ids) -> Texts:
    numbers: Texts = defaultdict(list)
    for pk, number in FormerNumber.objects.filter(employer__in=by_id).values_list("employer_id", "number"):
        numbers[by_id[pk]].append(number)
    return numbers


def _people(employers: list[Employer]) -> Texts:
    people: Texts = defaultdict(list)
    for pk, name in (
        Contact.objects.filter(employer__in=employers, erased_at=None).order_by("id").values_list("employer_id", "name")
    ):
        if len(people[pk]) < MAX_CONTACTS:
            people[pk].append(name)
    return people


def _keep_name_keys(employers: list[Employer], others: Names) -> None:
    """Write the keys that are missing and take away those that stand for nothing any more."""
    wanted = {(e.id, kind, name[:200]) for e in employers for kind, name in names_of(e, others[e.id])}
    rows = NameKey.objects.filter(employer__in=employers).values_list("id", "employer_id", "kind", "name")
    standing = {(pk, kind, name): row for row, pk, kind, name in rows}
    gone = [row for known, row in standing.items() if known not in wanted]
    if gone:
        NameKey.objects.filter(pk__in=gone).delete()
    _add_name_keys(sorted(wanted - standing.keys(), key=str))


def _add_name_keys(names: Iterable[tuple[uuid.UUID, str, str]]) -> None:
    missing = _name_keys(names)
    if len(missing) > _FEW:
        bulk_insert(missing, on_conflict="DO NOTHING")
    else:
        NameKey.objects.bulk_create(missing, ignore_conflicts=True)


def _name_keys(names: Iterable[tuple[uuid.UUID, str, str]]) -> list[NameKey]:
    cut = dict.fromkeys((pk, kind, name[:200]) for pk, kind, name in names)
    return [NameKey(employer_id=pk, kind=kind, name=name, key=match_key(name)[:200]) for pk, kind, name in cut]


def names_of(employer: Employer, others: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every name it is compared by, as (kind, name): its own, the `others`, that of the register, and halves."""
    kinds = NameKey.Kind
    names = [(kinds.CURRENT, employer.name), *others]
    if employer.organisation and employer.organisation.legal_name != employer.name:
        names.append((kinds.LEGAL, employer.organisation.legal_name))
    return names + [(kinds.PART, part) for _, name in names for part in name_parts(name)]
