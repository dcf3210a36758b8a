"""One measurement of one contestant."""

import os
import subprocess
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from benchmarks.outbox.contestants import Contestant
from benchmarks.outbox.work import write_row
from crm.base.clock import now
from crm.base.context import institute_context
from crm.embedded.processes import Process, start
from crm.identity.models import Institute
from crm.outbox.models import TimelineItem

TICKS = os.sysconf("SC_CLK_TCK")
PER_SECOND = 50
WARM_UP = 20  # events
PATIENCE = 300  # seconds


class Drained(NamedTuple):
    per_second: float
    worker_cpu_us: float

    def __str__(self) -> str:
        return f"{self.per_second:.0f}/s"


class Latency(NamedTuple):
    p50_ms: float
    p99_ms: float

    def __str__(self) -> str:
        return f"p50 {self.p50_ms:.1f} p99 {self.p99_ms:.1f} ms"


def drain(contestant: Contestant, events: int) -> Drained:
    """Commit all, start the worker, wait until all are handled. Fails when one is handled twice."""
    institute = _institute()
    for _ in range(events):
        _commit(contestant, institute)
    with _worker(contestant) as worker:
        _wait_for(institute, 1, worker)
        cpu = _cpu_seconds(worker)
        _wait_for(institute, events, worker)
        cpu = _cpu_seconds(worker) - cpu
    assert (done := _handled(institute, "count(*)")) == events, f"{done} handled where {events} were committed"
    return Drained(events / _span(institute), cpu / events * 1e6)


def latency(contestants: Sequence[Contestant], events: int) -> dict[str, Latency]:
    """Commit at a steady pace beside warm workers: a second for each in turn, until each had so many events.

    Seconds, not minutes: on a machine that shares its processors they come and go by the minute, and what is taken
    away must be taken from all of them. Fails when an event is lost or handled twice.
    """
    with ExitStack() as stack:
        commands = {tuple(contestant.worker): contestant for contestant in contestants}
        workers = {command: stack.enter_context(_worker(contestant)) for command, contestant in commands.items()}
        sides = deque(_Side(contestant, workers[tuple(contestant.worker)]) for contestant in contestants)
        for _ in range(WARM_UP):
            for side in sides:
                side.commit(1)
        for side in sides:
            side.committed.clear()
        for _ in range(0, events, PER_SECOND):
            for side in sides:
                side.commit(PER_SECOND)
            sides.rotate()
    return {side.contestant.name: side.took() for side in sides}


class _Side:
    """One contestant beside others."""

    def __init__(self, contestant: Contestant, worker: Process) -> None:
        self.contestant, self.worker = contestant, worker
        self.institute = _institute()
        self.committed: dict[uuid.UUID, float] = {}
        self.count = 0

    def commit(self, events: int) -> None:
        """At the pace, and wait until all are handled."""
        began = time.monotonic()
        for number in range(events):
            time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
            self.committed |= dict([_commit(self.contestant, self.institute)])
        self.count += events
        _wait_for(self.institute, self.count, self.worker)

    def took(self) -> Latency:
        with institute_context(self.institute):
            handled = TimelineItem.objects.filter(kind="handled").values_list("subject_id", "happened_at")
            took = [(at.timestamp() - self.committed[thing]) * 1000 for thing, at in handled if thing in self.committed]
        assert len(took) == len(self.committed), f"{len(took)} of {len(self.committed)} were handled"
        took.sort()
        return Latency(took[len(took) // 2], took[int(len(took) * 0.99)])


def _commit(contestant: Contestant, institute: uuid.UUID) -> tuple[uuid.UUID, float]:
    """The thing and the moment before its COMMIT."""
    thing = uuid.uuid4()
    with institute_context(institute):
        write_row("made", thing)
        contestant.put_down(institute, thing)
        return thing, now().timestamp()


def _institute() -> uuid.UUID:
    code = uuid.uuid4().hex[:12]
    return Institute.objects.create(code=code, name=code, short_name=code).id


@contextmanager
def _worker(contestant: Contestant) -> Iterator[Process]:
    with tempfile.TemporaryFile() as output:
        worker = start(contestant.worker, output=output)
        try:
            yield worker
        except AssertionError as error:
            output.seek(0)
            error.add_note(output.read()[-2000:].decode(errors="replace"))
            raise
        finally:
            worker.kill_group()
            worker.popen.wait()
            worker.returncode()


def _wait_for(institute: uuid.UUID, count: int, worker: Process) -> None:
    """Until so many rows are handled. Polls gently, to take no processor from the workers; says so if one has ended."""
    deadline = time.monotonic() + PATIENCE
    while (done := _handled(institute, "count(*)")) < count:
        assert worker.returncode() is None, f"the worker ended when {done} of {count} were handled"
        assert time.monotonic() < deadline, f"{done} of {count} handled within {PATIENCE} seconds"
        time.sleep(0.05)


def _span(institute: uuid.UUID) -> float:
    """Seconds from the first handled row to the last."""
    return float(_handled(institute, "extract(epoch FROM max(happened_at) - min(happened_at))"))


def _handled(institute: uuid.UUID, what: str) -> float:
    with institute_context(institute), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {what} FROM outbox_timelineitem WHERE institute_id = %s AND kind = 'handled'", [institute]
        )
        return cursor.fetchone()[0]


def _cpu_seconds(worker: Process) -> float:
    """User and system time of the worker and its children."""
    listed = ["ps", "-o", "pid=", "-g", str(worker.popen.pid)]
    pids = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS
