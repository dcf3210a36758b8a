"""The frame of the health checks: what a check is, what it finds, and one look over all of them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction

from crm.core.registry import health_checks


class Level(IntEnum):
    """How bad it is. The numbers are what /metrics shows."""

    OK = 0
    WARNING = 1  # works, and will not for ever
    WRONG = 2  # somebody has to do something now

    @property
    def words(self) -> str:
        """For people."""
        return ("Fine", "Look at it soon", "Wrong")[self]

    @property
    def tone(self) -> str:
        """The colour on a page."""
        return ("ok", "warn", "bad")[self]


@dataclass(frozen=True)
class Finding:
    """What a check found: what is so, what to do about it, and the numbers behind it (seconds, counts, bytes)."""

    level: Level
    says: str
    to_do: str = ""
    measures: Mapping[str, float] = field(default_factory=dict)


class Look:
    """One look at the system. Numbers about rows of institutes cover those in `among`, or all when it is None."""

    def __init__(self, among: list[uuid.UUID] | None = None) -> None:
        self.among = among
        self._rows: dict[tuple[str, str], tuple[Any, ...]] = {}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Every number that a check names, in one query: counts and ages in seconds (see workers.health_numbers)."""
        names = sorted({name for check in health_checks for name in check.numbers})
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, health_number(name, %s::uuid[]) FROM unnest(%s::text[]) AS name", [self.among, names]
            )
            return {name: value or 0 for name, value in cursor.fetchall()}

    def row(self, sql: str, parameters: list[Any] | None = None) -> tuple[Any, ...]:
        """The first row of a query over tables that belong to no institute. Two checks that ask the same ask once."""
        asked = (sql, repr(parameters))
        if asked not in self._rows:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                self._rows[asked] = cursor.fetchone() or ()
        return self._rows[asked]


class HealthCheck:
    """Subclass it, name it and register it with `@health_checks.register`.

    `facts` reads rows and ages; `judge` makes a finding of them and touches nothing, so it can be tested with any
    facts. docs/operations.md has a line for each name, and a test that says so.
    """

    name: str
    label: str
    order = 100
    numbers: tuple[str, ...] = ()

    def facts(self, look: Look) -> dict[str, Any]:
        """What `judge` is called with. By default the numbers that the check names."""
        return {name: look.numbers[name] for name in self.numbers}

    def judge(self, **facts: Any) -> Finding:
        """The finding. Uses nothing but the facts and the thresholds of settings.HEALTH_LIMITS."""
        raise NotImplementedError

    def look(self, look: Look) -> Finding:
        """Facts and judgement; what cannot be looked at is wrong."""
        try:
            with transaction.atomic():
                facts = self.facts(look)
            return self.judge(**facts)
        except Error as error:
            return Finding(
                Level.WRONG,
                f"Could not be looked at: the database answered with {type(error).__name__}.",
                "See that PostgreSQL runs and that every migration has: manage.py migrate.",
            )


def limit(name: str) -> float:
    """A threshold of settings.HEALTH_LIMITS."""
    return settings.HEALTH_LIMITS[name]


@dataclass(frozen=True)
class Result:
    """A check and what it found."""

    check: HealthCheck
    finding: Finding


def look_at_everything(among: list[uuid.UUID] | None = None) -> list[Result]:
    """Every check's finding, in the order of the page."""
    look = Look(among)
    return [Result(check, check.look(look)) for check in (cls() for cls in health_checks)]


def worst(results: list[Result]) -> Level:
    """The worst level among them."""
    return max((result.finding.level for result in results), default=Level.OK)


def ago(seconds: float) -> str:
    """An age as a person says it: "40 seconds", "3 hours", "12 days"."""
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {word}s"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"
