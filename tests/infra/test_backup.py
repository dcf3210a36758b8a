"""A backup brings back everything: rows, rights, policies and triggers."""

import re
import stat
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from crm.base.role_check import role_faults
from tests.factories.identity import make_institute

CATALOGUE = """
    SELECT 'table', relname || relrowsecurity::text || coalesce(relacl::text, '') FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'policy', tablename || policyname || coalesce(qual, '') || coalesce(with_check, '')
      FROM pg_policies
    UNION ALL SELECT 'trigger', tgrelid::regclass || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'constraint', conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'function', oid::regprocedure || coalesce(proacl::text, '') FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'extension', extname FROM pg_extension
    UNION ALL SELECT 'default', defaclrole::regrole || defaclacl::text FROM pg_default_acl
"""


@pytest.fixture
def database(committed: SimpleNamespace, settings: object) -> Mapping[str, object]:
    """The settings name the copy that this test may break, as they would on a server."""
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = committed.name
    yield committed
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = "tests"


def contents(database: SimpleNamespace) -> tuple[set[tuple[str, str]], dict[str, int]]:
    """Everything in the catalogue, and the number of rows of each table."""
    with psycopg.connect(database.urls.owner_url) as connection:
        # Casts of lists of words are written in another way once they have been read back.
        catalogue = {(kind, re.sub(r"::[a-z ]+(\[\])?|[()]", "", text)) for kind, text in connection.execute(CATALOGUE)}
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    return catalogue, rows


def test_restore_brings_back_every_row_right_and_rule(database: SimpleNamespace, tmp_path: Path) -> None:
    make_institute("yhiot", "Yorkshire & Humber Institute of Technology", "Yorkshire & Humber IoT")
    before = contents(database)
    call_command("backup", tmp_path / "b.dump")
    make_institute("liot", "Lincolnshire Institute of Technology", "Lincolnshire IoT")
    assert contents(database) != before
    connections["default"].ensure_connection()  # a session of the application, which must not be in the way
    call_command("restore", tmp_path / "b.dump", replace=True)
    catalogue, rows = contents(database)
    assert sorted(catalogue ^ before[0]) == []
    assert rows == before[1]
    assert role_faults() == []
    assert stat.S_IMODE((tmp_path / "b.dump").stat().st_mode) == 0o600


def test_restore_over_tables_needs_a_word(database: SimpleNamespace, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "b.dump")
    before = contents(database)
    with pytest.raises(CommandError, match="has tables. Add --replace"):
        call_command("restore", tmp_path / "b.dump")
    assert contents(database) == before


def test_damaged_backup_changes_nothing(database: SimpleNamespace, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "b.dump")
    before = contents(database)
    whole = (tmp_path / "b.dump").read_bytes()
    (tmp_path / "b.dump").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match="pg_restore failed"):
        call_command("restore", tmp_path / "b.dump", replace=True)
    assert contents(database) == before
    with psycopg.connect(database.urls.superuser_url) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{database.name}%"])
        assert names.fetchall() == [(database.name,)]


def test_backup_is_never_written_over(database: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "b.dump").write_text("precious")
    with pytest.raises(CommandError, match="never written over"):
        call_command("backup", tmp_path / "b.dump")
    assert (tmp_path / "b.dump").read_text() == "precious"
