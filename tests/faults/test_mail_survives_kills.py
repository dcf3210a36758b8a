"""Workers are killed and the broker is emptied while mail goes out. None is lost; a repeat is explained by its row."""

import datetime as dt
import threading
import time
from collections import Counter

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.celery import app
from crm.mail.models import Occurrence
from crm.mail.states import OPEN, State
from tests.factories.mail import make_reminders
from tests.workers.processes import RealBeat, RealWorker, broker, eventually

pytestmark = [pytest.mark.workers, pytest.mark.soak]

REMINDERS, KILLS = 500, 20
LEASE_SECONDS = 2


@pytest.fixture
def desk(committed, yhiot, people, scripted_server):
    """A mail server that takes its time, and five hundred reminders that were due a week ago."""
    broker().flushall()
    server = scripted_server()
    server.before_answer = lambda: time.sleep(0.02)  # so that kills hit the moment between hand-over and answer
    with institute_context(yhiot.id):
        titles = [f"Call number {number}" for number in range(REMINDERS)]
        make_reminders(people.partnership_manager, titles, today() - dt.timedelta(days=7))
    settings = {"EMAIL_URL": server.url, "MAIL_LEASE_SECONDS": LEASE_SECONDS, "MAIL_KEEPS_HOURS": 0}
    return server, {**committed.environment, **{name: str(value) for name, value in settings.items()}}


def still_open(institute):
    with institute_context(institute.id):
        return Occurrence.objects.filter(state__in=OPEN).count()


class flushed_broker:
    """FLUSHALL every two seconds for the length of a `with` block."""

    def __enter__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._flush)
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def _flush(self):
        while not self.over.wait(2):
            broker().flushall()


def kill_at_work(worker, server, institute, dice):
    """Kill one process or the whole worker after every few messages, as the dice say: never while it is idle."""
    for _ in range(KILLS):
        wanted = len(server.kept.messages) + dice.randint(1, 15)
        app.send_task("workers.send_mail", args=[str(institute.id)], retry=False)
        eventually(lambda wanted=wanted: len(server.kept.messages) >= wanted, seconds=60)
        time.sleep(dice.uniform(0, 0.05))
        if dice.random() < 0.15:
            worker.restart()
        else:
            worker.kill_child(dice)


def test_500_reminders_survive_20_kills_and_an_emptied_broker(desk, yhiot, dice):
    """1, 2, 7: nothing but mail, so that nearly every kill meets a message."""
    server, environment = desk
    with RealWorker(environment) as worker, RealBeat(environment), flushed_broker():
        kill_at_work(worker, server, yhiot, dice)
        open_after_kills = still_open(yhiot)
        took = eventually(lambda: still_open(yhiot) == 0, seconds=120)
    arrived = Counter(server.kept.ids)
    with institute_context(yhiot.id):
        rows = {row.message_id: row for row in Occurrence.objects.prefetch_related("attempts")}
    states = Counter(row.state for row in rows.values())
    unknown = {key for key, row in rows.items() if row.state == State.UNKNOWN}
    repeated = {key for key, times in arrived.items() if times > 1}
    print(
        f"{dict(states)}; {len(unknown & set(arrived))} of the unknown had arrived; {len(repeated)} repeated;"
        f" {open_after_kills} open after the last kill, all settled {took:.1f} s later"
    )
    assert len(rows) == REMINDERS and set(states) <= {State.SENT, State.UNKNOWN}
    lost = set(rows) - set(arrived) - unknown
    assert lost == set()
    assert set(arrived) <= set(rows)
    unexplained = {key for key in repeated if State.UNKNOWN not in {a.result for a in rows[key].attempts.all()}}
    assert unexplained == set()
