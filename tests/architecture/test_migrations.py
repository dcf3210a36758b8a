"""Migrations depend on lower apps only, and the models agree with them."""

from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ORDER = [
    "workers",
    "events",
    "sponsorships",
    "employers",
    "network",
    "web",
    "imports",
    "accounts",
    "mail",
    "outbox",
    "audit",
    "core",
    "identity",
    "base",
]


def test_migrations_depend_downward_only():
    upward = [
        f"{app}.{name} on {needed}"
        for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()
        if app in ORDER
        for needed, _ in migration.dependencies
        if needed in ORDER and ORDER.index(needed) < ORDER.index(app)
    ]
    assert upward == []


def test_models_have_no_unwritten_migration(db):
    out = StringIO()
    assert connection.vendor == "postgresql"
    call_command("makemigrations", check=True, dry_run=True, stdout=out, verbosity=1)
    assert "No changes detected" in out.getvalue()
