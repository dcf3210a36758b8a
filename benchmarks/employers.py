"""What the pages of employers cost in one large institute, beside their limits.

    python -m benchmarks.employers --employers 20000,100000 --related 1000000

Every page is asked for through the whole stack as the application's role: middleware, row security, templates. Printed
per page: queries (without those that only open and close a transaction), the median and the 95th percentile of the
server's time in milliseconds beside the limit, and the CPU that Python and PostgreSQL used, which says what the page
would take on a machine with nothing else to do. `--explain` adds the slowest statement.
"""

import argparse
import gc
import itertools
import json
import os
import re
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.stage import Stage, print_machine, stage  # first: it makes the settings known

from django.conf import settings  # isort: skip
from django.test import Client  # isort: skip

from benchmarks import employers_data
from benchmarks.costs import Cost, cost_of, verdict
from crm.accounts.actions import create_token
from crm.base.context import institute_context
from crm.identity.models import Membership, User
from crm.identity.roles import NOT_FOR_TOKENS, ROLES, Role
from employers.actions import keep_view
from employers.reads.list_columns import COLUMNS

MOST_QUERIES = 12
LIST_MILLISECONDS = 100  # the list and each filter step
SEARCH_MILLISECONDS = 150
OTHER_MILLISECONDS = 300  # story 2 of the domain
VIEWS = {
    "Humber": "region=Yorkshire+and+The+Humber", "Makers": "sic_section=C&stage=active", "New": "stage=prospect",
    "Nobody's": "owner=none", "Quiet": "health=quiet", "Large": "size_band=1000-4999&contact=over-90",
}  # fmt: skip


class Bench:
    """One institute with many employers, its manager signed in, and a program with a token."""

    def __init__(self, at: Stage, employers: int, related: int, seed: int) -> None:
        self.institute = at.institute
        people = [at.manager, *_colleagues(at)]
        self.made = employers_data.load(
            at.superuser_url, at.institute.id, [p.id for p in people], employers=employers, related=related, seed=seed
        )
        self.client, self.program = Client(), Client()
        self.client.force_login(at.manager, backend=settings.AUTHENTICATION_BACKENDS[0])
        with institute_context(at.institute.id, user_id=at.manager.id):
            scopes = ROLES[Role.PARTNERSHIP_MANAGER].permissions - NOT_FOR_TOKENS
            for number, (name, query) in enumerate(VIEWS.items()):
                keep_view(name=name, query=query, is_shared=number % 2 == 0, by=at.manager)
            self.secret = create_token(name="Benchmark", user=at.manager, scopes=scopes, by=at.manager).secret

    def get(self, path: str, **headers: str) -> Any:
        """A page of employers."""
        return self.client.get(f"/i/bench/employers/{path}", headers=headers)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Another program's request."""
        return self.program.generic(
            method, f"/api/v1/{path}", json.dumps(body) if body else "", "application/json",
            headers={"Authorization": f"Bearer {self.secret}"},
        )  # fmt: skip

    def far_on(self) -> str:
        """The address of a page that only its link reaches: the one after the furthest that is counted to."""
        page = self.get("?page=40").content.decode()
        return re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")


def _colleagues(at: Stage) -> list[User]:
    with institute_context(at.institute.id):
        people = [
            User.objects.create_user(email=f"colleague-{n}@bench.example", name=f"Colleague {n}")
            for n in range(employers_data.COLLEAGUES - 1)
        ]
        for person in people:
            Membership.objects.create(user=person, role=Role.PARTNERSHIP_MANAGER)
    return people


def lists(bench: Bench) -> dict[str, str]:
    """The list, its orders, tabs and every filter: words of ours, and the address."""
    made = bench.made
    return {
        "list": "", "latest contact first": "?sort=-last_contact", "longest without contact": "?sort=last_contact",
        "by sector": "?sort=sector", "by region, backwards": "?sort=-region", "latest change first": "?sort=-changed",
        "page 40": "?page=40", "page 41, by its link": bench.far_on(), "my employers": "?view=mine",
        "anchor": "?view=anchor", "going quiet": "?view=quiet", "stage": "?stage=prospect",
        "tier": f"?tier={made.tiers[1]}", "no tier": "?tier=none", "owner": f"?owner={made.owners[3]}",
        "owner, latest contact first": f"?owner={made.owners[3]}&sort=-last_contact", "nobody's": "?owner=none",
        "health": "?health=quiet", "sector": "?sector=Rail", "IS-8 sector": "?is8_sector=defence",
        "region": "?region=East+Midlands", "LSIP area": "?lsip_area=Greater+Lincolnshire",
        "SIC section": "?sic_section=C", "size": "?size_band=250-499", "spoken to within 30 days": "?contact=30",
        "never spoken to": "?contact=never", "tag": f"?tag={made.tags[2]}",
        "two tags": f"?tag={made.tags[2]}&tag={made.tags[3]}",
        "five filters": f"?stage=active&region=East+Midlands&sic_section=C&contact=over-90&tag={made.tags[2]}",
        "nothing matches": f"?region=Wales&lsip_area=Solent&tag={made.tags[0]}",
        "twelve columns": "?" + "&".join(f"col={name}" for name in list(COLUMNS)[:12]),
    }  # fmt: skip


def measure(bench: Bench, times: int, explain: bool) -> list[Cost]:
    """Each page in turn, printed as it is known."""
    costs, numbers = [], itertools.count()
    gc.collect()
    gc.freeze()  # as crm.wsgi does

    def note(label: str, ask: Callable[[], Any], limit: int, most: int | None = MOST_QUERIES) -> None:
        costs.append(cost_of(label, ask, times, limit, most))
        print(costs[-1].line(explain), flush=True)

    for label, path in lists(bench).items():
        note(label, lambda path=path: bench.get(path), LIST_MILLISECONDS)
        if path.startswith("?"):
            step = lambda path=path: bench.get(path, **{"HX-Request": "true"})  # noqa: E731
            note("  its filter step", step, LIST_MILLISECONDS)
    for label, words in {"one name": "pennine castings louth", "a common word": "robotics",
                         "misspelt": "penine castngs"}.items():  # fmt: skip
        note(f"search, {label}", lambda words=words: bench.get(f"?q={words}"), SEARCH_MILLISECONDS)
    note("duplicates of a name", lambda: bench.get("add/candidates/?name=Pennine+Castings+Louth"), OTHER_MILLISECONDS)
    note("record, most conversations", lambda: bench.get(f"{bench.made.busiest}/"), OTHER_MILLISECONDS)
    note("record, an ordinary one", lambda: bench.get(f"{bench.made.employers[777]}/"), OTHER_MILLISECONDS)
    note("counts of six kept views", lambda: bench.get("views/counts/"), OTHER_MILLISECONDS)
    note("list by API", lambda: bench.api("GET", "employers/?region=East+Midlands"), LIST_MILLISECONDS)

    def create() -> Any:
        return bench.api(
            "POST", "employers/", {"name": f"Ostrich Farming of Thurso {next(numbers)}", "confirmed": True}
        )

    note("create by API", create, OTHER_MILLISECONDS)

    def log() -> Any:
        words = {"kind": "call", "summary": f"Call {next(numbers)}", "next_step": "call again in two weeks"}
        return bench.client.post("/i/bench/employers/log/", {"employer": bench.made.busiest, **words})

    note("log a call with a next step", log, OTHER_MILLISECONDS, None)
    return costs


def main() -> int:
    """Load, measure, say whether every page kept within its limits."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--employers", default="20000,100000", help="sizes, with commas")
    arguments.add_argument("--related", type=int, default=1_000_000, help="conversations")
    arguments.add_argument("--times", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=20261122)
    arguments.add_argument("--explain", action="store_true")
    options = arguments.parse_args()
    costs: list[Cost] = []
    for size in map(int, options.employers.split(",")):
        with stage() as at:
            started = time.perf_counter()
            bench = Bench(at, size, options.related, options.seed)
            print(f"\n{size:,} employers, {options.related:,} conversations, seed {options.seed}, loaded in "
                  f"{time.perf_counter() - started:.0f} s")  # fmt: skip
            print_machine()
            costs += measure(bench, options.times, options.explain)
            print(f"load at the end {os.getloadavg()[0]:.1f}")
    return verdict(costs)


if __name__ == "__main__":
    sys.exit(main())
