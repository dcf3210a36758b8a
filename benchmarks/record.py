"""What recording a fact costs: a contribution in kind by its action, against the bare rows alone.

    python -m benchmarks.record --times 200

Ours checks the offer, writes the contribution and its line with their audit, the search entry, the timeline and the
outbox row. The other side inserts the contribution and its line through the ORM, on the same tables with their audit.
No broker runs: recording must not need one. Sides take turns, a transaction each.
"""

import itertools
import sys
import time

from benchmarks.stage import Stage, options, print_machine, stage, take_turns
from crm.base.clock import today
from crm.base.context import institute_context
from employers.models import Employer
from sponsorships.actions.contributions import LineFacts, record_contribution
from sponsorships.models import Contribution, ContributionLine

LIMIT = 2.5


class Sides:
    """Both ways to write the same contribution, in milliseconds each."""

    def __init__(self, stage: Stage, times: int) -> None:
        self.stage, self.times, self.numbers = stage, times, itertools.count()
        with institute_context(stage.institute.id):
            self.employer = Employer.objects.create(name="Quickline Communications")

    def by_action(self) -> float:
        return self._timed(self._record)

    def bare(self) -> float:
        return self._timed(self._insert)

    def _record(self, title: str) -> None:
        line = [LineFacts("Fibre splicer", quantity_hundredths=200)]
        facts = {"kind": Contribution.Kind.EQUIPMENT_GIVEN, "title": title, "lines": line}
        record_contribution(employer=self.employer, by=self.stage.manager, **facts)

    def _insert(self, title: str) -> None:
        contribution = Contribution.objects.create(
            employer=self.employer,
            kind=Contribution.Kind.EQUIPMENT_GIVEN,
            title=title,
            origin=Contribution.Origin.PRIVATE,
            offered_on=today(),
            recorded_by=self.stage.manager,
        )
        ContributionLine.objects.create(
            contribution=contribution, number=1, item="Fibre splicer", quantity_hundredths=200
        )

    def _timed(self, write: object) -> float:
        began = time.perf_counter()
        for _ in range(self.times):
            with institute_context(self.stage.institute.id, user_id=self.stage.manager.id):
                write(f"Splicers {next(self.numbers)}")
        return (time.perf_counter() - began) / self.times * 1000


def main() -> int:
    wanted = options(__doc__, times=100, rounds=5)
    print_machine()
    with stage() as here:
        sides = Sides(here, wanted.times)
        medians = take_turns({"action": sides.by_action, "bare rows": sides.bare}, wanted.rounds)
    ratio = medians["action"] / medians["bare rows"]
    times = "; ".join(f"{name} {value:.2f} ms" for name, value in medians.items())
    print(f"{times}; ratio {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
