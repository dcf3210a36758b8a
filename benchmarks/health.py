"""What relationship health costs in one large institute.

    python -m benchmarks.health --employers 100000 --related 300000

Printed: judging everybody anew after the rules changed (batches as the worker takes them), looking for work when there
is none (the beat asks every minute), and judging one employer after one fact (what a handler does).
"""

import statistics
import time
from collections.abc import Callable

from benchmarks.stage import Stage, options, print_machine, stage  # first: it makes the settings known

from crm.base.context import institute_context  # isort: skip

from benchmarks import employers_data
from employers.actions import set_health_rules
from employers.models import Employer, EmployerHealth
from employers.rollups import refresh_health
from workers.employer_health import refresh_all_due
from workers.shapes import institutes_with_work

NEW = "UPDATE employers_employerhealth SET computed_at = NULL, recheck_on = '2000-01-01'"  # as an import leaves them


def measure(at: Stage, employers: int, related: int) -> None:
    employers_data.load(
        at.superuser_url, at.institute.id, [at.manager.id] * employers_data.COLLEAGUES, employers=employers,
        related=related, seed=7,
    )  # fmt: skip
    at.seed(NEW)
    _all("the first time", lambda: refresh_all_due(at.institute.id, seconds=3600))
    with institute_context(at.institute.id, user_id=at.manager.id):
        set_health_rules(replaces=0, quiet_after_days=75, by=at.manager)
    _all("after new rules", lambda: refresh_all_due(at.institute.id, seconds=3600))
    _each("looking for work, none there", 20, _nothing_due)
    at.seed()  # VACUUM, as PostgreSQL does by itself after so many changes
    _each("the same after a vacuum", 20, _nothing_due)
    with institute_context(at.institute.id):
        ids = list(Employer.objects.values_list("pk", flat=True)[:50])
        levels = EmployerHealth.objects.values_list("level", flat=True)
        print("levels: " + ", ".join(f"{level} {list(levels).count(level)}" for level in EmployerHealth.Level.values))
    numbers = iter(ids)

    def one() -> None:
        with institute_context(at.institute.id):
            refresh_health([next(numbers)])

    _each("one employer after one fact", len(ids), one)


def _nothing_due() -> None:
    if institutes_with_work("health"):
        raise SystemExit("somebody is still due")


def _all(label: str, run: Callable[[], int]) -> None:
    started = time.perf_counter()
    done = run()
    seconds = time.perf_counter() - started
    print(f"everybody, {label}: {done:,} employers in {seconds:.1f} s, {done / seconds:,.0f} a second")


def _each(label: str, times: int, run: Callable[[], None]) -> None:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1000)
    print(f"{label}: median {statistics.median(taken):.1f} ms, longest {max(taken):.1f} ms")


def main() -> None:
    asked = options(__doc__, employers=100_000, related=300_000)
    print_machine()
    with stage() as at:
        measure(at, asked.employers, asked.related)


if __name__ == "__main__":
    main()
