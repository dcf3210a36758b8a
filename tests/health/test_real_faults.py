"""Each check with the fault itself: named, with what to do, and fine again once it is mended."""

import datetime as dt
import time
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import F
from django.db.models.functions import Now

from crm.base.context import institute_context
from crm.core.freeze import freeze, thaw
from crm.core.health.checks import Level
from crm.core.models import BackupRun
from crm.mail.models import Occurrence
from crm.mail.server import parse_email_url
from crm.outbox.models import Delivery, Entry
from crm.outbox.repair import drop_delivery, park_delivery
from sponsorships.actions.proofs import prove_ledger
from sponsorships.rollups import fold_fund_usage
from tests.factories.funds import make_fund
from tests.factories.mail import make_reminder
from tests.workers.facts import happen
from tests.workers.processes import RealBeat, RealWorker, broker, eventually, frozen_broker
from workers import tasks
from workers.fan_out import fan_out
from workers.mail_server_health import greet
from workers.models import Heartbeat
from workers.relay import drain

OK, WARNING, WRONG = Level


@pytest.fixture
def place(committed, yhiot):
    return yhiot.id


def grow_old(place, seconds: int) -> None:
    """What is recorded and waits has done so for longer."""
    older = dt.timedelta(seconds=seconds)
    with institute_context(place):
        Entry.objects.update(recorded_at=F("recorded_at") - older)
        Delivery.objects.filter(state="waiting").update(not_before=F("not_before") - older)


@pytest.mark.workers
def test_a_worker_and_a_beat_that_are_killed_are_named_and_are_fine_when_they_are_back(
    committed: SimpleNamespace, place, found
) -> None:
    broker().flushall()
    names = ("worker", "beat", "schedule")

    def all_fine() -> bool:
        return [found(name).level for name in names] == [OK] * 3

    with RealWorker(committed.environment) as worker, RealBeat(committed.environment) as beat:
        eventually(all_fine, seconds=30)
        worker.kill_all()
        beat.kill_all()
        with connection.cursor() as cursor:  # a minute later
            cursor.execute("UPDATE workers_heartbeat SET beaten_at = beaten_at - interval '1 minute'")
            cursor.execute("UPDATE workers_tick SET started_at = started_at - interval '1 minute'")
        assert [found(name).level for name in names] == [WRONG, WRONG, WARNING]
        assert "No worker" in found("worker").says and "docker compose up -d worker" in found("worker").to_do
        assert "start that first" in found("schedule").to_do
        worker.start()
        beat.start()
        eventually(all_fine, seconds=30)
        worker.process.stop(15, 45)
    assert not Heartbeat.objects.filter(kind="worker").exists(), "one that was told to stop is not missed"


def test_one_of_two_workers_that_falls_silent_is_named(place, found) -> None:
    for name in ("celery@one", "celery@two"):
        Heartbeat.objects.create(name=name, kind="worker", beaten_at=Now())
    assert found("worker").level is OK
    Heartbeat.objects.filter(name="celery@two").update(beaten_at=Now() - dt.timedelta(minutes=1))
    assert found("worker").level is WARNING
    assert "celery@two" in found("worker").says
    Heartbeat.objects.filter(name="celery@two").update(beaten_at=Now())
    assert found("worker").level is OK


def test_a_worker_and_a_beat_that_do_not_reach_each_other_are_named(place, found) -> None:
    for kind in Heartbeat.Kind:
        Heartbeat.objects.create(name=kind, kind=kind, beaten_at=Now())
    assert found("schedule").level is WRONG
    assert "do not reach each other" in found("schedule").to_do
    tasks.find_outbox_work()
    assert found("schedule").level is OK


def test_a_broker_that_hangs_is_named_in_a_moment_and_is_fine_when_it_goes_on(place, found) -> None:
    assert found("broker").level is OK
    with frozen_broker():
        began = time.monotonic()
        assert found("broker").level is WRONG
        assert time.monotonic() - began < 10, "it gives up, where a hanging broker would keep it for ever"
    assert found("broker").level is OK


def test_a_relay_that_stands_still_is_named_by_the_age_of_what_waits(place, found) -> None:
    happen(place, "fine")
    assert found("relay").level is OK, "it has only just happened"
    grow_old(place, 120)
    assert (found("relay").level, found("relay").measures["outbox_open"]) == (WARNING, 1)
    grow_old(place, 600)
    assert found("relay").level is WRONG
    drain(place)
    assert found("relay").level is OK


def test_a_parked_fact_is_named_and_what_waits_behind_it_is_no_stuck_relay(place, found) -> None:
    happen(place, "fine", "fine", thing_id=place)
    fan_out(place)
    with institute_context(place):
        first = Delivery.objects.filter(handler="note_thing").earliest("sequence")
        Delivery.objects.exclude(handler="note_thing").update(state="done")
        park_delivery(delivery_id=first.id, reason="to see", by=None)
    grow_old(place, 600)
    assert (found("parked").level, found("relay").level) == (WRONG, OK)
    assert "outbox list --parked" in found("parked").to_do
    with institute_context(place):
        drop_delivery(delivery_id=first.id, reason="seen", by=None)
    assert found("parked").level is OK


def test_a_mail_server_that_refuses_is_named_and_is_fine_when_it_greets_again(place, found, scripted_server, settings):
    server = scripted_server("banner_421")
    settings.EMAIL_URL = server.url
    target = parse_email_url(server.url, timeout=1)
    assert found("mail_server").level is OK, "nobody has asked it"
    greet(target)
    assert found("mail_server").level is OK, "once may be an accident"
    greet(target)
    assert found("mail_server").level is WRONG
    assert "421" in found("mail_server").says or "does not answer" in found("mail_server").says
    server.fault = ""
    assert greet(target)
    assert found("mail_server").level is OK


def test_a_code_that_waits_and_mail_that_needs_a_person_are_named(place, people, found) -> None:
    with institute_context(place):
        urgent, failed = (make_reminder(people.director, title) for title in ("Code", "Call"))
        planned = Occurrence.objects.filter(pk=urgent.pk)
        planned.update(is_urgent=True, not_before=Now() - dt.timedelta(minutes=2), expires_at=Now() + dt.timedelta(1))
        Occurrence.objects.filter(pk=failed.pk).update(state="failed", settled_at=Now())
    assert (found("mail").level, found("mail_undecided").level) == (WRONG, WARNING)
    with institute_context(place):
        planned.update(state="sent")
        Occurrence.objects.filter(pk=failed.pk).update(dealt_with_at=Now())
    assert (found("mail").level, found("mail_undecided").level) == (OK, OK)


def test_a_migration_that_has_not_run_is_named(committed: SimpleNamespace, found) -> None:
    with connections["owner"].cursor() as owner:
        owner.execute("DELETE FROM django_migrations WHERE (app, name) = ('events', '0001_initial')")
        assert (found("migrations").level, found("migrations").says) == (WRONG, "Not applied: events.0001_initial.")
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('events', '0001_initial', now())")
    connections["owner"].close()
    assert found("migrations").level is OK


def test_a_database_of_another_version_is_not_migrated_half_way(committed: SimpleNamespace) -> None:
    with connections["owner"].cursor() as owner:
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('events', '0099_later', now())")
        with pytest.raises(CommandError, match=r"does not know \(events\.0099_later\), so another version made it"):
            call_command("migrate", verbosity=0)
        owner.execute("DELETE FROM django_migrations WHERE name = '0099_later'")
    connections["owner"].close()


def test_a_role_that_row_security_does_not_bind_is_named(committed: SimpleNamespace, found) -> None:
    default = connections["default"]
    before = default.settings_dict["USER"]
    try:
        default.close()
        default.settings_dict["USER"] = "postgres"
        assert (found("role").level, "is a superuser" in found("role").says) == (WRONG, True)
    finally:
        default.close()
        default.settings_dict["USER"] = before
    assert found("role").level is OK


def test_a_ledger_that_was_tampered_with_is_named_after_its_proof(committed, place, found, people) -> None:
    def tamper(pence: int) -> None:
        with psycopg.connect(committed.urls.superuser_url, autocommit=True) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute("UPDATE sponsorships_posting SET pence = pence + %s WHERE bucket = 'available'", [pence])

    def prove() -> None:
        with institute_context(place):
            prove_ledger(by=None)

    with institute_context(place):
        make_fund(500)
        fold_fund_usage()
    prove()
    assert found("ledger").level is OK
    tamper(1)
    prove()
    assert (found("ledger").level, found("ledger").measures["ledgers_wrong"]) == (WRONG, 1)
    tamper(-1)
    prove()
    assert found("ledger").level is OK


def test_changes_that_nobody_seals_are_named(committed, place, found) -> None:
    with institute_context(place):
        make_fund(500)
    with psycopg.connect(committed.urls.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE audit_auditentry SET at = at - interval '1 hour'")
    assert found("seals").level is WARNING
    tasks.seal_audit(str(place))
    with institute_context(place):
        assert found("seals").level is OK


def test_reminders_that_nobody_plans_are_named(place, found) -> None:
    tasks.plan_reminders(str(place))
    assert found("reminders").level is OK
    with institute_context(place), connection.cursor() as cursor:
        cursor.execute("UPDATE mail_sweep SET looked_at = looked_at - interval '1 hour'")
    assert found("reminders").level is WRONG
    tasks.plan_reminders(str(place))
    assert found("reminders").level is OK


def test_a_copy_that_stands_still_is_named_until_it_is_let_go(place, found) -> None:
    freeze("restored from a.dump")
    assert (found("frozen").level, "restored from a.dump" in found("frozen").says) == (WARNING, True)
    happen(place, "fine")
    assert drain(place) == 0
    thaw()
    assert found("frozen").level is OK
    assert drain(place) > 0


def test_a_backup_that_is_too_old_is_named(place, found, settings) -> None:
    assert found("backup").level is OK, "the demo needs none"
    settings.DEMO = False
    assert (found("backup").level, "never been a backup" in found("backup").says) == (WRONG, True)
    backup = BackupRun.objects.create(kind="backup", file="a.dump", size=1, seconds=1)
    assert (found("backup").level, "--drill" in found("backup").to_do) == (WARNING, True)
    BackupRun.objects.create(kind="drill", file="a.dump", size=1, seconds=1)
    assert found("backup").level is OK
    BackupRun.objects.filter(pk=backup.pk).update(finished_at=Now() - dt.timedelta(days=2))
    assert found("backup").level is WRONG


def test_an_institute_counts_its_own_rows_and_the_network_all(place, liot, found) -> None:
    happen(place, "fine")
    happen(liot.id, "fine", "fine")
    counts = [found("relay", among).measures["outbox_open"] for among in ([place], [liot.id], None)]
    assert counts == [1, 2, 3]
