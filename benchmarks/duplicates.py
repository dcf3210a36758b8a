"""How well and how fast likely duplicates are found among 100,000 employers: recall by kind, suggestions, milliseconds.

    REAL_DATA_DIR=... python -m benchmarks.duplicates --names 100000

Each labelled pair of real names is searched, the first by itself, among employers called by the second names and by
names put together from the parts of real ones. Right is the very second name within the first five suggestions.

What no name tells stays missed: of dozens of firms called Aspire the one meant is not known from "Aspire", nor from
"Tilney Group" that it is Tilney Smith & Williamson. The number, the website or the postcode says it.
"""

import statistics
import sys
import time
from collections import Counter, defaultdict

from benchmarks.stage import Stage, options, print_machine, stage  # isort: skip  it sets Django up
from benchmarks.names import (
    APART,
    HARD_NEGATIVE,
    WRITTEN_TWICE,
    Pair,
    folder,
    labelled_pairs,
    names_of_parts,
    real_names,
)
from crm.base.context import institute_context
from crm.base.names import match_key
from employers.models import Employer, EmployerName, NameKey, Organisation
from employers.reads.duplicates import Candidate, Known, duplicates_of_rows, possible_duplicates
from employers.rollups import index_employers
from employers.rollups.search import names_of

TOP = 5
RECALL = 0.97
LIMIT_MILLISECONDS = 150  # at the 95th percentile: it is asked while somebody types


def load(scene: Stage, names: list[str], pairs: list[Pair]) -> None:
    """Employers by these names and by the second names of the pairs; a company number belongs to one of them."""
    numbers: dict[str, str] = {}
    for pair in sorted(pairs, key=lambda pair: pair.kind != HARD_NEGATIVE):  # these are about numbers
        if pair.number_b not in numbers.values():
            numbers.setdefault(pair.name_b, pair.number_b)
    real = sorted({pair.name_b for pair in pairs})
    register = [Organisation(legal_name=name, company_number=number) for name, number in numbers.items()]
    linked = {organisation.legal_name: organisation for organisation in Organisation.objects.bulk_create(register)}
    employers = [Employer(name=name, organisation=linked.get(name)) for name in [*names, *real]]
    keys = [
        NameKey(employer=employer, kind=kind, name=name, key=match_key(name)[:200])
        for employer in employers
        for kind, name in names_of(employer, [])
    ]
    scene.copy(employers)
    scene.copy(keys)
    print(f"{len(employers):,} employers, of them {len(real):,} by real names", flush=True)


def is_right(found: list[Candidate], name: str) -> bool:
    return name in {candidate.employer.name for candidate in found[:TOP]}


def by_name(pairs: list[Pair]) -> dict[str, list[Candidate]]:
    """What each first name finds by itself; prints how long it takes and how much is shown."""
    found: dict[str, list[Candidate]] = {}
    taken = []
    for name in dict.fromkeys(pair.name_a for pair in pairs):
        started = time.perf_counter()
        found[name] = possible_duplicates(name=name)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    late = taken[int(len(taken) * 0.95)]
    times = f"median {statistics.median(taken):.0f} ms, 95 % {late:.0f} ms (limit {LIMIT_MILLISECONDS} ms)"
    print(f"{len(taken):,} searches: {times}")
    print(f"{statistics.mean(map(len, found.values())):.2f} suggestions a name on average, at most {TOP}")
    return found


def by_rows(pairs: list[Pair]) -> dict[str, list[Candidate]]:
    """The same as a file would: a thousand rows at a time."""
    names = list(dict.fromkeys(pair.name_a for pair in pairs))
    started = time.perf_counter()
    found = duplicates_of_rows([Known(name=name) for name in names], limit=TOP)
    taken = time.perf_counter() - started
    print(f"as rows of a file: {len(names) / taken:.0f} rows/s")
    return dict(zip(names, found, strict=True))


def recall(pairs: list[Pair], found: dict[str, list[Candidate]], title: str) -> float:
    """Print the recall of each kind, and what was missed of names written twice; returns the lowest of these kinds."""
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for pair in pairs:
        totals[pair.kind] += 1
        hits[pair.kind] += is_right(found[pair.name_a], pair.name_b)
    print(f"\n{title:26} right   of  recall")
    for kind in (*WRITTEN_TWICE, *APART):
        print(f"{kind:26} {hits[kind]:5} {totals[kind]:4}  {hits[kind] / totals[kind]:6.1%}")
    share = sum(hits[kind] for kind in WRITTEN_TWICE) / sum(totals[kind] for kind in WRITTEN_TWICE)
    print(f"{'the first five together':26} {'':10}  {share:6.1%}  (each at least {RECALL:.0%})", flush=True)
    for pair in (pair for pair in pairs if pair.kind in WRITTEN_TWICE):
        if not is_right(found[pair.name_a], pair.name_b):
            print(f"  missed: {pair.name_a} for {pair.name_b}")
    return min(hits[kind] / totals[kind] for kind in WRITTEN_TWICE)


def with_more_known(pairs: list[Pair]) -> None:
    """What no name tells: with the company number typed without its zeros, and with the former name on record."""
    linked = dict(
        Employer.objects.filter(organisation__isnull=False).values_list("name", "organisation__company_number")
    )
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for pair in (pair for pair in pairs if pair.kind in APART):
        row = totals[pair.kind]
        if linked.get(pair.name_b) == pair.number_a:
            row[0] += 1
            row[1] += is_right(possible_duplicates(name=pair.name_a, company_number=pair.number_a), pair.name_b)
        employer = Employer.objects.filter(name=pair.name_b).select_related("organisation").first()
        EmployerName.objects.bulk_create(
            [EmployerName(employer=employer, kind="former", name=pair.name_a)], ignore_conflicts=True
        )
        index_employers([employer])
        row[2] += 1
        row[3] += is_right(possible_duplicates(name=pair.name_a), pair.name_b)
    for kind, (numbered, by_number, named, by_former) in totals.items():
        print(f"{kind:26} with the number {by_number} of {numbered}, with the former name {by_former} of {named}")


def hard_negatives(pairs: list[Pair]) -> bool:
    """Two companies with like names: shown, if at all, as a different company."""
    shown = unmarked = 0
    negatives = [pair for pair in pairs if pair.kind == HARD_NEGATIVE]
    for pair in negatives:
        found = possible_duplicates(name=pair.name_a, company_number=pair.number_a, limit=50)
        other = [candidate for candidate in found if candidate.employer.name == pair.name_b]
        shown += bool(other)
        unmarked += any(not candidate.is_other_company for candidate in other)
    print(f"\n{len(negatives)} hard negatives: {shown} shown, {unmarked} of them not marked “different company number”")
    return unmarked == 0


def main() -> int:
    """Load, measure, say whether recall, marks and time were kept."""
    data = folder()
    if data is None:
        print("Name the folder of public data in REAL_DATA_DIR.")
        return 2
    chosen = options(__doc__, names=100_000, seed=7)
    pairs = labelled_pairs(data)
    print_machine()
    print(f"seed {chosen.seed}")
    names = names_of_parts(real_names(data), how_many=chosen.names, seed=chosen.seed)
    same = [pair for pair in pairs if pair.kind != HARD_NEGATIVE]
    with stage() as scene:
        with institute_context(scene.institute.id, user_id=scene.manager.id):
            load(scene, names, pairs)
        scene.seed()  # tell the planner
        with institute_context(scene.institute.id, user_id=scene.manager.id):
            lowest = recall(same, by_name(same), "one name being typed")
            recall(same, by_rows(same), "rows of a file")
            is_marked = hard_negatives(pairs)
            with_more_known(same)
    kept = lowest >= RECALL and is_marked
    print("kept" if kept else "NOT kept")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
