"""What asking for one page costs: queries, time, and the CPU of Python and of PostgreSQL."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psutil
from django.db import connection
from django.test.utils import CaptureQueriesContext

HOUSEKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET CONSTRAINTS", "SELECT set_config(")


@dataclass(frozen=True)
class Cost:
    """What asking for one page costs, beside what it may cost."""

    label: str
    status: int
    queries: int
    median: float
    late: float
    python: float  # milliseconds of CPU, as the next one
    database: float
    limit: int
    most_queries: int | None
    slowest: str

    @property
    def held(self) -> bool:
        within = self.most_queries is None or self.queries <= self.most_queries
        return self.status < 400 and self.late <= self.limit and within

    def line(self, explain: bool = False) -> str:
        queries = f"{self.queries:3d}" + (f" of {self.most_queries}" if self.most_queries else "")
        said = (
            f"{self.label:34} {self.status}  {queries:9} p50 {self.median:6.0f}  p95 {self.late:6.0f} of {self.limit}"
        )
        said = f"{said} ms  CPU {self.python:3.0f} + {self.database:3.0f} ms  {'' if self.held else 'NOT HELD'}"
        return said + (f"\n    {self.slowest}" if explain else "")


def cost_of(label: str, ask: Callable[[], Any], times: int, limit: int, most: int | None = None) -> Cost:
    """Ask once to warm up, once to count queries, then so many times with nothing watching."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    asked = [q for q in captured.captured_queries if not q["sql"].startswith(HOUSEKEEPING)]
    taken = []
    python, database = time.process_time(), _database_cpu()
    for _ in range(times):
        started = time.perf_counter()
        answer = ask()
        taken.append((time.perf_counter() - started) * 1000)
    python, database = time.process_time() - python, _database_cpu() - database
    taken.sort()
    late = taken[min(times - 1, int(times * 0.95))]
    slow = max(asked, key=lambda query: float(query["time"]))
    return Cost(
        label, answer.status_code, len(asked), statistics.median(taken), late, python / times * 1000,
        database / times * 1000, limit, most, f"{float(slow['time']) * 1000:.0f} ms: {slow['sql'][:700]}",
    )  # fmt: skip


def verdict(costs: list[Cost]) -> int:
    """Say what was not held; the exit code."""
    missed = [cost for cost in costs if not cost.held]
    print("\nheld" if not missed else f"\nNOT held: {', '.join(cost.label.strip() for cost in missed)}")
    return 1 if missed else 0


def _database_cpu() -> float:
    """Seconds of CPU that the server and all its processes have used, parallel workers that are gone included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    times = [server.cpu_times(), *(child.cpu_times() for child in server.children())]
    return sum(t.user + t.system for t in times) + times[0].children_user + times[0].children_system
