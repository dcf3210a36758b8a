"""Restarting, giving up, and ending: on real processes, with a clock that the test moves."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from crm.embedded.children import (
    FAST_FAILURES_AFTER_READY,
    FAST_FAILURES_BEFORE_READY,
    HEALTHY_AFTER,
    Child,
    ChildFailed,
    keep_log_small,
    restart_delay,
)
from crm.embedded.errors import EmbeddedError
from crm.embedded.log_follower import LogFollower
from crm.embedded.ports import listen, listen_for_web
from crm.embedded.processes import start
from tests.infra.waiting import eventually

FAILING = [sys.executable, "-I", "-S", "-c", "print('no room on the disk'); raise SystemExit(3)"]
LASTING = [sys.executable, "-I", "-S", "-c", "import signal; signal.pause()"]
FAMILY = [  # a child with a child of its own, whose number it prints
    sys.executable,
    "-I",
    "-S",
    "-c",
    "import os, signal; pid = os.fork(); pid and print(pid, flush=True); signal.pause()",
]


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def wait_for_end(child: Child) -> None:
    eventually(lambda: not child.is_running(), seconds=10, what="the child ended")


def test_restart_delay_doubles_from_a_fifth_of_a_second_to_thirty() -> None:
    assert [restart_delay(failures) for failures in range(1, 10)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0]


def test_child_is_started_again_only_after_its_delay(tmp_path: Path, clock: Clock) -> None:
    child = Child("web", FAILING, tmp_path / "web.log", clock=clock)
    child.start()
    wait_for_end(child)
    assert child.look_after() == "web ended (exit code 3); starting it again in 0.2 s"
    clock.now += 0.19
    assert child.look_after() is None
    assert child.restarts == 0
    clock.now += 0.02
    child.look_after()
    assert child.restarts == 1
    wait_for_end(child)


@pytest.mark.parametrize(
    ("was_ready", "allowed"), [(False, FAST_FAILURES_BEFORE_READY), (True, FAST_FAILURES_AFTER_READY)]
)
def test_child_that_keeps_ending_ends_the_run_with_the_tail_of_its_log(
    tmp_path: Path, clock: Clock, was_ready: bool, allowed: int
) -> None:
    child = Child("web", FAILING, tmp_path / "web.log", clock=clock)
    child.was_ready = was_ready
    child.start()
    for _ in range(allowed):
        wait_for_end(child)
        child.look_after()
        clock.now += restart_delay(child.fast_failures)
        child.look_after()
    wait_for_end(child)
    with pytest.raises(ChildFailed, match="(?s)ended .* times in a row.*web.log.*no room on the disk"):
        child.look_after()
    assert child.restarts == allowed


def test_back_off_begins_afresh_after_a_healthy_life(tmp_path: Path, clock: Clock) -> None:
    child = Child("web", FAILING, tmp_path / "web.log", clock=clock)
    child.fast_failures = 4
    child.start()
    wait_for_end(child)
    clock.now += HEALTHY_AFTER
    assert child.look_after() == "web ended (exit code 3); starting it again in 0.2 s"


def test_required_job_that_fails_ends_the_run_and_another_does_not(tmp_path: Path) -> None:
    required = Child("prepare", FAILING, tmp_path / "prepare.log", once=True)
    optional = Child("sign-in", FAILING, tmp_path / "sign-in.log", once=True, required=False)
    for job in (required, optional):
        job.start()
        wait_for_end(job)
    assert optional.look_after() is None
    with pytest.raises(ChildFailed, match=r"prepare failed \(exit code 3\)"):
        required.look_after()


def test_end_of_a_child_takes_its_whole_group_with_it(tmp_path: Path) -> None:
    child = Child("worker", FAMILY, tmp_path / "worker.log")
    child.start()
    grandchild = int(eventually(lambda: child.log.read_text(), seconds=10, what="the grandchild's number"))
    child.process.popen.send_signal(signal.SIGKILL)
    wait_for_end(child)
    assert child.how_it_ended() == "signal SIGKILL"
    eventually(lambda: not psutil.pid_exists(grandchild), seconds=5, what="the grandchild is gone")


def test_child_that_ignores_the_request_to_stop_is_killed(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    with (tmp_path / "log").open("wb") as output:
        process = start([sys.executable, "-I", "-S", "-c", deaf], output=output)
    eventually(lambda: "deaf" in (tmp_path / "log").read_text(), seconds=10, what="it ignores SIGTERM")
    assert process.stop(signal.SIGTERM, 0.1) == -signal.SIGKILL


def test_child_dies_when_its_starter_is_killed(tmp_path: Path) -> None:
    """The starter is a process of its own, killed as `kill -9` does."""
    program = f"""
import sys, signal
sys.path.insert(0, {str(Path.cwd())!r})
from crm.embedded.processes import start
process = start({LASTING!r}, output=sys.stderr.fileno())
print(process.popen.pid, flush=True)
signal.pause()
"""
    starter = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    pid = int(starter.stdout.readline())
    assert psutil.pid_exists(pid)
    starter.kill()
    starter.communicate()
    eventually(lambda: not psutil.pid_exists(pid), seconds=5, what="the child is gone")


def test_guard_ends_the_group_when_its_pipe_closes(tmp_path: Path) -> None:
    """What stands in for the kernel's help where there is none, as on macOS."""
    read_end, write_end = os.pipe()
    program = f"import sys; from crm.embedded.launcher import guard; sys.exit(guard({read_end}, {FAMILY!r}))"
    guard = subprocess.Popen(
        [sys.executable, "-c", program], pass_fds=(read_end,), start_new_session=True, stdout=subprocess.PIPE
    )
    os.close(read_end)
    grandchild = int(guard.stdout.readline())
    family = {guard.pid, grandchild, psutil.Process(grandchild).ppid()}
    assert len(family) == 3
    os.close(write_end)
    guard.communicate(timeout=10)
    eventually(lambda: not any(map(psutil.pid_exists, family)), seconds=5, what="all three are gone")


def test_guard_hands_on_the_signal_and_the_exit_code() -> None:
    read_end, write_end = os.pipe()
    inner = "import signal, sys; signal.signal(15, lambda *a: sys.exit(7)); print(1, flush=True); signal.pause()"
    command = [sys.executable, "-I", "-S", "-c", inner]
    program = f"import sys; from crm.embedded.launcher import guard; sys.exit(guard({read_end}, {command!r}))"
    guard = subprocess.Popen(
        [sys.executable, "-c", program], pass_fds=(read_end,), start_new_session=True, stdout=subprocess.PIPE
    )
    os.close(read_end)
    guard.stdout.readline()
    guard.send_signal(signal.SIGTERM)
    guard.communicate(timeout=10)
    assert guard.returncode == 7
    os.close(write_end)


def test_log_is_followed_by_whole_lines_and_through_a_change_of_file(tmp_path: Path) -> None:
    shown: list[str] = []
    log = tmp_path / "web.log"
    log.write_text("from an earlier run\n")
    follower = LogFollower("web | ", log, shown.append)
    with log.open("a") as file:
        file.write("one\ntw")
    follower.show_new_lines()
    with log.open("a") as file:
        file.write("o\n")
    follower.show_new_lines()
    log.write_text("new\n")
    follower.show_new_lines()
    assert shown == ["web | one", "web | two", "web | new"]


def test_log_that_grew_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    keep_log_small(log)
    assert not log.exists()
    assert (tmp_path / "web.log.old").stat().st_size == 21 * 1024 * 1024


def test_wanted_port_that_is_taken_is_named_with_what_to_set() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"Port {port} is taken.*Set PORT"):
            listen_for_web("127.0.0.1", str(port))


def test_next_free_port_is_chosen_when_none_is_wanted() -> None:
    with listen_for_web("127.0.0.1", None) as first, listen_for_web("127.0.0.1", None) as second:
        assert 8000 <= first.getsockname()[1] < second.getsockname()[1] < 8100


@pytest.mark.parametrize("port", ["eighty", "70000", "-1"])
def test_port_that_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(EmbeddedError, match="PORT is"):
        listen_for_web("127.0.0.1", port)


def test_host_that_is_not_ours_is_refused_with_what_to_set() -> None:
    with pytest.raises(EmbeddedError, match="Set HOST"):
        listen_for_web("192.0.2.1", "8000")  # a documentation address: nobody has it
