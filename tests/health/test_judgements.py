"""What each check makes of facts that are costly to bring about, and where its thresholds lie."""

import datetime as dt

import pytest

from crm.core.health.checks import Finding, HealthCheck, Level, Look, Result, ago, worst
from crm.core.registry import health_checks

OK, WARNING, WRONG = Level
GB = 10**9


def judge(name: str, **facts: object) -> Finding:
    return health_checks[name]().judge(**facts)


@pytest.mark.parametrize(
    ("left", "level"), [(50 * GB, OK), (14 * GB, WARNING), (4 * GB, WRONG)], ids=["roomy", "filling", "full"]
)
def test_a_disk_that_fills_is_named(left, level) -> None:
    finding = judge("disk", free={"/data": (left, 100 * GB), "/tmp": (90 * GB, 100 * GB)})
    assert finding.level is level
    assert "/data" in finding.says


def test_a_small_disk_is_full_by_what_is_left_and_not_by_its_share() -> None:
    assert judge("disk", free={"/data": (GB // 4, GB)}).level is WRONG


def test_the_real_disk_is_looked_at(db, settings) -> None:
    settings.HEALTH_LIMITS = {**settings.HEALTH_LIMITS, "disk_wrong_bytes": 10**18}
    assert health_checks["disk"]().look(Look()).level is WRONG
    settings.HEALTH_DISKS = ["/no/such/place"]
    assert "No disk is watched" in health_checks["disk"]().look(Look()).says


@pytest.mark.parametrize(("days", "level"), [(400, OK), (364, WARNING), (59, WRONG), (-5, WRONG)])
def test_a_list_of_bank_holidays_that_ends_is_named_a_year_before(days, level) -> None:
    day = dt.date(2026, 11, 22)
    finding = judge("holidays", ends=day + dt.timedelta(days=days), day=day)
    assert finding.level is level
    assert finding.measures == {"holiday_list_days_left": days}


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"trouble": "TimeoutError"}, WRONG),
        ({"used": 90, "most": 100}, WARNING),
        ({"policy": "allkeys-lru"}, WARNING),
        ({"used": 90, "most": 0}, OK),
    ],
    ids=["silent", "nearly full", "forgets", "no limit"],
)
def test_a_broker_that_will_lose_wake_ups_is_named(facts, level) -> None:
    usual = {"trouble": "", "used": 1, "most": 100, "policy": "noeviction"}
    assert judge("broker", **{**usual, **facts}).level is level


def test_an_old_proof_of_the_ledger_is_named() -> None:
    assert judge("ledger", ledgers_wrong=0, ledgers_oldest_proof=31 * 3600).level is WARNING


def test_abandoned_mail_is_named() -> None:
    assert judge("mail", mail_urgent_oldest=0, mail_waiting=2, mail_abandoned=1).level is WRONG


def test_a_mail_server_that_answered_since_is_fine_whatever_failed_before() -> None:
    assert judge("mail_server", failures=4, last_error="421", answered=5.0).level is OK
    assert judge("mail_server", failures=4, last_error="421", answered=600.0).level is WRONG


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (100, "100 seconds"), (7200, "2 hours"), (3 * 86400, "3 days")],
)
def test_an_age_is_said_as_a_person_would(seconds, words) -> None:
    assert ago(seconds) == words


def test_every_check_is_fine_or_says_what_to_do(db) -> None:
    """Nothing runs in this database: the checks must find something, and say what to do about each."""
    results = [Result(check, check.look(Look())) for check in (cls() for cls in health_checks)]
    assert worst(results) is WRONG
    assert [r.check.name for r in results if r.finding.level and not r.finding.to_do] == []
    assert len({r.check.name for r in results}) == len(results)


def test_what_cannot_be_looked_at_is_wrong_and_harms_no_other_check(db) -> None:
    class Broken(HealthCheck):
        name, label = "broken", "Broken"

        def facts(self, look: Look) -> dict[str, object]:
            return {"row": look.row("SELECT nothing FROM nowhere")}

    finding = Broken().look(Look())
    assert (finding.level, "ProgrammingError" in finding.says) == (WRONG, True)
    assert health_checks["migrations"]().look(Look()).level is OK
