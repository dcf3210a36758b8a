"""A backup brings back everything: rows, rights, policies and triggers."""

import datetime as dt
import json
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.role_check import role_faults
from crm.core.freeze import is_frozen
from crm.core.models import BackupRun
from crm.embedded.manifests import manifest_path
from crm.mail.models import Occurrence
from sponsorships.rollups import fold_fund_usage
from tests.factories.funds import make_fund
from tests.factories.identity import make_institute, make_user
from tests.factories.mail import make_reminder, make_reminders
from workers.mailer import Mailer

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


def databases(database: SimpleNamespace) -> list[str]:
    """The databases whose names begin like this one's."""
    with psycopg.connect(database.urls.superuser_url) as connection:
        query = "SELECT datname FROM pg_database WHERE datname ~ %s ORDER BY 1"
        return [name for (name,) in connection.execute(query, [f"^{database.name}(_[a-z]|$)"])]


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
    told = {"core_freeze": 1}  # a restored copy stands still
    assert rows == before[1] | told
    assert role_faults() == []
    assert stat.S_IMODE((tmp_path / "b.dump").stat().st_mode) == 0o600


def test_drill_proves_the_backup_and_leaves_what_is_live_alone(
    database: SimpleNamespace, yhiot, people, capsys, tmp_path
):
    with institute_context(yhiot.id):
        make_fund(500)
        make_reminder(people.director)
        fold_fund_usage()
    call_command("backup", tmp_path / "b.dump")
    with institute_context(yhiot.id):
        make_fund(700)
    before = contents(database)
    call_command("restore", tmp_path / "b.dump", drill=True)
    assert contents(database)[1] == before[1] | {"core_backuprun": 2}
    assert not is_frozen()
    assert list(BackupRun.objects.values_list("kind", flat=True)) == ["drill", "backup"]
    said = capsys.readouterr().out
    for proven in ("is as in the backup", "row security closes", "roll-ups agree", "audit chain holds"):
        assert proven in said
    assert databases(database) == [database.name]


def forge(file: Path, change: Callable[[dict], object]) -> None:
    """Another manifest beside the file."""
    path = manifest_path(file)
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda told: told["tables"]["identity_user"].update(digest="1"), "the table identity_user had"),
        (lambda told: told["tables"].pop("identity_user"), "the table identity_user is new"),
        (lambda told: told.update(sha256="0"), "was changed or damaged"),
        (lambda told: told.pop("size"), "is not what backup wrote"),
    ],
    ids=["other row", "other table", "other file", "other paper"],
)
def test_restored_copy_that_is_not_what_was_backed_up_is_refused(
    database: SimpleNamespace, tmp_path: Path, change: Callable[[dict], object], words: str
) -> None:
    make_user("Somebody")
    call_command("backup", tmp_path / "b.dump")
    before = contents(database)
    forge(tmp_path / "b.dump", change)
    with pytest.raises(CommandError, match=words):
        call_command("restore", tmp_path / "b.dump", replace=True, verify=True)
    assert contents(database) == before
    assert databases(database) == [database.name]


def test_backup_of_a_ledger_that_is_wrong_does_not_take_the_place_of_the_live_one(
    database: SimpleNamespace, yhiot, people, tmp_path: Path
) -> None:
    with institute_context(yhiot.id):
        make_fund(500)
    with psycopg.connect(database.urls.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE sponsorships_posting SET pence = pence + 1 WHERE bucket = 'available'")
    call_command("backup", tmp_path / "b.dump")
    before = contents(database)
    with pytest.raises(CommandError, match="are wrong"):
        call_command("restore", tmp_path / "b.dump", replace=True, verify=True)
    assert contents(database) == before


def test_restored_copy_sends_nothing_until_it_is_let_go_and_asks_about_what_was_due(
    database: SimpleNamespace, yhiot, people, scripted_server, settings, tmp_path: Path
) -> None:
    server = scripted_server("")
    settings.EMAIL_URL, settings.MAIL_KEEPS_HOURS = server.url, False
    with institute_context(yhiot.id):
        [due] = make_reminders(people.director, ["Call Jo"], expires_at=now() + dt.timedelta(days=1))
        Occurrence.objects.filter(pk=due.pk).update(not_before=now() - dt.timedelta(hours=1))
    call_command("backup", tmp_path / "b.dump")
    call_command("restore", tmp_path / "b.dump", replace=True)
    assert Mailer(yhiot.id).run() == 0
    assert server.kept.messages == []
    call_command("thaw")
    with institute_context(yhiot.id):
        due.refresh_from_db()
        assert (due.state, "may have sent it" in due.reason) == ("unknown", True)
    assert Mailer(yhiot.id).run() == 0, "a person decides"


def test_copy_of_a_system_that_sent_nothing_since_sends_what_is_due(
    database: SimpleNamespace, yhiot, people, scripted_server, settings
) -> None:
    server = scripted_server("")
    settings.EMAIL_URL, settings.MAIL_KEEPS_HOURS = server.url, False
    with institute_context(yhiot.id):
        [due] = make_reminders(people.director, ["Call Jo"], expires_at=now() + dt.timedelta(days=1))
        Occurrence.objects.filter(pk=due.pk).update(not_before=now() - dt.timedelta(hours=1))
    call_command("freeze", "to see")
    assert Mailer(yhiot.id).run() == 0
    call_command("thaw", nothing_was_sent=True)
    assert Mailer(yhiot.id).run() == 1


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
    assert databases(database) == [database.name]


def test_backup_is_never_written_over(database: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "b.dump").write_text("precious")
    with pytest.raises(CommandError, match="never written over"):
        call_command("backup", tmp_path / "b.dump")
    assert (tmp_path / "b.dump").read_text() == "precious"
