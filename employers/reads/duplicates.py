"""Which of an institute's employers may be one that somebody is about to add, or that a file names.

Names suggest and never decide: among real employers with different company numbers, names alike to the last word are
common. An official number decides, both ways.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import QuerySet, Value

from crm.base.ids import new_id
from crm.base.names import match_key, name_parts
from employers.models import Contact, Employer, FormerNumber, NameKey
from employers.reads.likeness import SAME, likeness, preference
from employers.reads.redirects import left_of
from employers.validators import email_domain, website_domain

SAME_NUMBER = "same company number"
FORMER_NUMBER = "former company number"
SAME_DOMAIN = "same website or e-mail domain"
SAME_NAME = "same name"
OTHER_NAME = "same as another of its names"
SIMILAR_NAME = "similar name"
SAME_POSTCODE = "same postcode"
DIFFERENT_NUMBER = "different company number"

SIMILAR = 0.6  # names less alike are not suggested
SIMILAR_NEARBY = 0.4  # at one postcode less will do
MAX_NAME = 200
_COMPARED_FOR_EACH, _MOST_COMPARED = 9, 45  # so many names for each suggestion that is asked for
_FEWEST_KEPT = 20
_NEAR = 0.05
_AT_A_POSTCODE = 30  # more than this work at one postcode of a business park: it says nothing

# The function tells ids; the rows are read through row security, each by its key.
_ALIKE = """
SELECT alike.asked_id, names.employer_id, names.kind, names.key, names.name
FROM alike_employer_names(%s::uuid[], %s::text[], %s, %s) AS alike
CROSS JOIN LATERAL (SELECT * FROM employers_namekey k WHERE k.id = alike.name_id OFFSET 0) AS names
"""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of an employer that may be there already, each fact in the form it is stored in, or empty."""

    name: str = ""
    company_number: str = ""
    website: str = ""
    email: str = ""
    postcode: str = ""
    itself: uuid.UUID | None = None  # an employer that is there already is no duplicate of itself

    @classmethod
    def of(cls, employer: Employer) -> "Known":
        """All that an employer's own row says, with its `organisation` joined."""
        number = employer.organisation.company_number if employer.organisation else ""
        return cls(
            name=employer.name,
            company_number=number,
            website=employer.website,
            postcode=employer.postcode,
            itself=employer.pk,
        )

    @property
    def domains(self) -> set[str]:
        return {website_domain(self.website), email_domain(self.email)} - {""}

    @property
    def keys(self) -> list[str]:
        """Of the name, and of each half of "A trading as B"."""
        names = [self.name, *name_parts(self.name)]
        return list(dict.fromkeys(key for name in names if len(key := match_key(name[:MAX_NAME])) > 1))


@dataclass(frozen=True)
class Candidate:
    """An employer that may be the same, and why; `score` says how alike the names are, from 0 to 1.

    `is_certain` when the official number says so; `is_other_company` when the numbers say that it is not.
    """

    employer: Employer
    reasons: tuple[str, ...]
    score: float = 0.0
    place: float = 0.0  # where it stands among others: the score, and what proves nothing by itself
    keys: tuple[str, str] = ("", "")  # of the two names that are so alike: what was looked for, what was found

    @property
    def is_certain(self) -> bool:
        return SAME_NUMBER in self.reasons

    @property
    def is_other_company(self) -> bool:
        return DIFFERENT_NUMBER in self.reasons


def possible_duplicates(
    *,
    name: str,
    company_number: str = "",
    website: str = "",
    email: str = "",
    postcode: str = "",
    exclude: uuid.UUID | None = None,
    limit: int = 5,
) -> list[Candidate]:
    """Employers of the acting institute that may be the same, likeliest first; names misspelt are found too.

    Facts are in the form they are stored in. An employer with another official number comes last, marked so.
    """
    known = Known(
        name=name, company_number=company_number, website=website, email=email, postcode=postcode, itself=exclude
    )
    return _candidates([known], with_typos=True, limit=limit)[0]


def duplicates_of_rows(rows: Sequence[Known], *, limit: int = 3) -> list[list[Candidate]]:
    """The candidates of each row, in the order of the rows, in a fixed number of statements for all of them.

    For files: ask for some hundred rows at a time. Names are compared by their rare words, and letter by letter where a
    misspelt one would leave nothing to find them by; among dozens of thousands of names that takes most of the time.
    """
    return _candidates(rows, with_typos=False, limit=limit)


@dataclass
class _Evidence:
    """What points from one row to one employer."""

    number: str = ""
    is_domain: bool = False
    is_postcode: bool = False
    score: float = 0.0
    liked: float = 0.0  # what puts it before others whose names are as like, and proves nothing
    kind: str = NameKey.Kind.CURRENT
    keys: tuple[str, str] = ("", "")

    @property
    def weight(self) -> tuple[object, ...]:
        return bool(self.number), self.is_domain, self.score + self.liked, self.is_postcode

    def name_is(self, score: float, keys: tuple[str, str], kind: str, liked: float = 0.0) -> None:
        if score > self.score:
            self.score, self.keys, self.kind, self.liked = score, keys, kind, liked


@dataclass
class _Search:
    """Rows that are looked for, and what was found for each: evidence by the id of an employer."""

    rows: Sequence[Known]
    found: list[dict[uuid.UUID, _Evidence]] = field(init=False)

    def __post_init__(self) -> None:
        self.found = [defaultdict(_Evidence) for _ in self.rows]

    def keep_the_likeliest(self, count: int) -> None:
        """Rows of employers are loaded for these alone; no more are shown."""
        for place, found in enumerate(self.found):
            if len(found) > count:
                best = sorted(found.items(), key=lambda item: item[1].weight, reverse=True)[:count]
                self.found[place] = dict(best)

    def rows_by(self, facts: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, fact in facts:
            if fact:
                places[fact].append(place)
        return places

    def by_facts(self) -> None:
        """By numbers, domains and postcodes that are the same: one statement for all of them."""
        numbers = self.rows_by((i, row.company_number) for i, row in enumerate(self.rows))
        domains = self.rows_by((i, domain) for i, row in enumerate(self.rows) for domain in row.domains)
        postcodes = self.rows_by((i, row.postcode) for i, row in enumerate(self.rows))
        found: dict[str, list[tuple[uuid.UUID, str]]] = defaultdict(list)
        for kind, pk, fact in _with_facts(numbers, domains, postcodes):
            found[kind].append((pk, fact))
        for pk, number in found[SAME_NUMBER]:
            for place in numbers[number]:
                self.found[place][pk].number = SAME_NUMBER
        left = left_of(pk for pk, _ in found[FORMER_NUMBER])
        for pk, number in found[FORMER_NUMBER]:
            for place in numbers[number]:
                evidence = self.found[place][left[pk]]
                evidence.number = evidence.number or FORMER_NUMBER
        for pk, domain in found[SAME_DOMAIN]:
            for place in domains[domain]:
                self.found[place][pk].is_domain = True
        self._at_postcodes(postcodes, found[SAME_POSTCODE])

    def _at_postcodes(self, places: dict[str, list[int]], found: list[tuple[uuid.UUID, str]]) -> None:
        there: dict[str, list[uuid.UUID]] = defaultdict(list)
        for pk, postcode in found:
            there[postcode].append(pk)
        for postcode, employers in there.items():
            for pk in employers if len(employers) <= _AT_A_POSTCODE else ():
                for place in places[postcode]:
                    self.found[place][pk].is_postcode = True

    def by_name(self, *, with_typos: bool, compared: int) -> None:
        asked = {new_id(): (i, key) for i, row in enumerate(self.rows) for key in row.keys}
        if not asked:
            return
        with connection.cursor() as cursor:
            cursor.execute(_ALIKE, [list(asked), [key for _, key in asked.values()], with_typos, compared])
            names = cursor.fetchall()
        for asked_id, employer_id, kind, known_key, known_name in names:
            place, key = asked[asked_id]
            score = likeness(key, known_key)
            if score >= SIMILAR:
                liked = preference((self.rows[place].name, key), (known_name, known_key))
                self.found[place][employer_id].name_is(score, (key, known_key), kind, liked)


def _with_facts(numbers: Iterable[str], domains: Iterable[str], postcodes: Iterable[str]) -> QuerySet:
    """(what is the same, id of an employer, the fact) for each of these facts that an employer has. Of what nothing is
    known, nothing is asked."""
    linked = Employer.objects.filter(organisation__company_number__in=numbers)
    former = FormerNumber.objects.filter(number__in=numbers)
    sites = Employer.objects.filter(domain__in=domains)
    people = Contact.objects.filter(email_domain__in=domains, employer__isnull=False, employer__merged_into=None)
    there = Employer.objects.filter(postcode__in=postcodes)
    first, *others = (
        linked.order_by().values_list(Value(SAME_NUMBER), "pk", "organisation__company_number"),
        former.order_by().values_list(Value(FORMER_NUMBER), "employer_id", "number"),
        sites.order_by().values_list(Value(SAME_DOMAIN), "pk", "domain"),
        people.order_by().values_list(Value(SAME_DOMAIN), "employer_id", "email_domain").distinct(),
        there.order_by().values_list(Value(SAME_POSTCODE), "pk", "postcode"),
    )
    return first.union(*others, all=True)


def _candidates(rows: Sequence[Known], *, with_typos: bool, limit: int) -> list[list[Candidate]]:
    search = _Search(rows)
    search.by_facts()
    search.by_name(with_typos=with_typos, compared=min(_COMPARED_FOR_EACH * limit, _MOST_COMPARED))
    search.keep_the_likeliest(max(3 * limit, _FEWEST_KEPT if with_typos else 0))
    ids = {pk for found in search.found for pk in found}
    employers = Employer.objects.select_related("organisation", "tier", "owner").in_bulk(ids)
    shown = []
    for row, found in zip(rows, search.found, strict=True):
        others = (pk for pk in found if pk in employers and pk != row.itself)
        judged = (_judged(row, employers[pk], found[pk]) for pk in others)
        shown.append(sorted((c for c in judged if c.reasons), key=_likeliest)[:limit])
    return shown


def _judged(row: Known, employer: Employer, evidence: _Evidence) -> Candidate:
    """With no reason when what points to the employer is too little."""
    if evidence.score == 0.0:
        theirs = match_key(employer.name)
        for key in row.keys:
            evidence.name_is(likeness(key, theirs), (key, theirs), NameKey.Kind.CURRENT)
    reasons = [evidence.number] if evidence.number else []
    if evidence.is_domain:
        reasons.append(SAME_DOMAIN)
    if evidence.score >= (SIMILAR_NEARBY if evidence.is_postcode else SIMILAR):
        reasons.append(_reason_of_name(evidence))
        if evidence.is_postcode:
            reasons.append(SAME_POSTCODE)
    number = employer.organisation.company_number if employer.organisation else ""
    if reasons and not evidence.number and row.company_number and number:
        reasons.append(DIFFERENT_NUMBER)
    near = _NEAR if SAME_POSTCODE in reasons else 0.0
    place = evidence.score + evidence.liked + near
    return Candidate(employer, tuple(reasons), evidence.score, place, evidence.keys)


def _reason_of_name(evidence: _Evidence) -> str:
    if evidence.score < SAME:
        return SIMILAR_NAME
    return SAME_NAME if evidence.kind == NameKey.Kind.CURRENT else OTHER_NAME


def _likeliest(candidate: Candidate) -> tuple[object, ...]:
    reasons = candidate.reasons
    return (
        candidate.is_other_company,
        not candidate.is_certain,
        FORMER_NUMBER not in reasons,
        SAME_DOMAIN not in reasons,
        -candidate.place,
        candidate.employer.name.casefold(),
        candidate.employer.pk,
    )
