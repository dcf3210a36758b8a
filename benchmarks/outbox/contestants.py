"""Who takes part: how each puts an event down beside the business row, and which process works it off."""

import sys
import uuid
from abc import ABC, abstractmethod
from functools import partial

from django.db import connection, transaction

from benchmarks.outbox.work import ThingMade, handle_one, handle_one_job
from crm.outbox.record import record

PYTHON = [sys.executable, "-W", "ignore"]
CELERY = [*PYTHON, "-m", "celery", "-A", "crm.celery", "worker", "--concurrency=2"]


class Contestant(ABC):
    """One way to get a committed event to its handler."""

    name: str
    worker: list[str]

    @abstractmethod
    def put_down(self, institute: uuid.UUID, thing: uuid.UUID) -> None:
        """In the transaction of the business row."""


class Relay(Contestant):
    """Ours: durable, in order, with leases."""

    name = "relay"
    worker = [*CELERY, "--without-mingle", "--without-gossip", "--loglevel=ERROR"]

    def put_down(self, institute: uuid.UUID, thing: uuid.UUID) -> None:
        record(ThingMade(thing_id=thing), by=None)


class OnCommit(Contestant):
    """A Celery task per event, sent on commit, with the connection to the database kept. Not durable."""

    name = "delay_on_commit"
    worker = Relay.worker

    def put_down(self, institute: uuid.UUID, thing: uuid.UUID) -> None:
        transaction.on_commit(partial(handle_one.delay, str(institute), str(thing)))


class Procrastinate(Contestant):
    """A job per event in PostgreSQL, in the transaction. Durable."""

    name = "procrastinate"
    worker = [*PYTHON, "-m", "django", "procrastinate", "worker", "--concurrency=2"]

    def put_down(self, institute: uuid.UUID, thing: uuid.UUID) -> None:
        handle_one_job.defer(institute_id=str(institute), thing_id=str(thing))


class Raw(Contestant):
    """The limit: see benchmarks.outbox.raw."""

    name = "raw psycopg loop"
    worker = [*PYTHON, "-m", "benchmarks.outbox.raw"]

    def put_down(self, institute: uuid.UUID, thing: uuid.UUID) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO benchmark_queue VALUES (%s, %s)", [institute, thing])


WOKEN: list[Contestant] = [Relay(), OnCommit(), Procrastinate()]  # the raw loop asks every ten milliseconds
ALL: list[Contestant] = [*WOKEN, Raw()]
