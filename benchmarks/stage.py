"""What benchmarks share: the real schema on a server of its own, a person to act, and sides that take turns."""

import argparse
import logging
import os
import platform
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

import dj_database_url
import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
django.setup()
logging.disable(logging.WARNING)  # there is no broker here to wake

from django.core.management import call_command  # noqa: E402  models need the settings above
from django.db import connections, models  # noqa: E402

from crm.base.context import institute_context  # noqa: E402
from crm.embedded.temporary import TemporaryPostgres  # noqa: E402
from crm.identity.models import Institute, Membership, User  # noqa: E402
from crm.identity.roles import Role  # noqa: E402


@dataclass(frozen=True)
class Stage:
    """One institute and its partnership manager, on tables with every key, policy and trigger."""

    institute: Institute
    manager: User
    superuser_url: str

    def seed(self, *statements: str, **values: object) -> None:
        """Run set-based statements without triggers, as nobody may but a benchmark, and tell the planner."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement, values)
            connection.execute("VACUUM ANALYZE")

    def copy(self, rows: Sequence[models.Model]) -> None:
        """Write model instances of one class, tenant rows into the institute, without triggers and checks."""
        table = rows[0]._meta.db_table
        fields = [f for f in rows[0]._meta.concrete_fields if not (f.generated or f.has_db_default())]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    row.institute_id = self.institute.id
                    values = (
                        field.get_db_prep_save(getattr(row, field.attname), connections["default"]) for field in fields
                    )
                    copy.write_row(list(values))


@contextmanager
def stage() -> Iterator[Stage]:
    """A migrated database, gone afterwards."""
    with TemporaryPostgres(fast=True) as postgres:
        urls = postgres.database("benchmark")
        for alias, url in (("default", urls.app_url), ("owner", urls.owner_url)):
            connections[alias].close()
            connections[alias].settings_dict.update(dj_database_url.parse(url))
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        institute = Institute.objects.create(code="bench", name="Benchmark", short_name="Benchmark")
        manager = User.objects.create_user(email="manager@bench.example", name="Priya Nair")
        with institute_context(institute.id):
            Membership.objects.create(user=manager, role=Role.PARTNERSHIP_MANAGER)
        try:
            yield Stage(institute, manager, urls.superuser_url)
        finally:
            connections.close_all()


def take_turns(sides: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Each side once a round, in turned order; the medians of what they return. The first round warms up."""
    results: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name in list(sides) if number % 2 else reversed(list(sides)):
            results[name].append(sides[name]())
    return {name: statistics.median(values[1:]) for name, values in results.items()}


def options(description: str, **defaults: int) -> argparse.Namespace:
    """`--rounds 5` and the like."""
    arguments = argparse.ArgumentParser(description=description.splitlines()[0])
    for name, default in defaults.items():
        arguments.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    return arguments.parse_args()


def print_machine() -> None:
    names = ", ".join(f"{name} {version(name)}" for name in ("Django", "psycopg"))
    print(f"Python {platform.python_version()}, {names}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
