"""Checks of what the product stands on: database role, migrations, disk, calendar, backups."""

import datetime as dt
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from crm.base.clock import holiday_list_ends, today
from crm.base.role_check import role_faults
from crm.core.health.checks import Finding, HealthCheck, Level, Look, ago, limit
from crm.core.registry import health_checks

DAY = 24 * 60 * 60


@health_checks.register
class DatabaseRole(HealthCheck):
    name, label, order = "role", "Database role", 10

    def facts(self, look: Look) -> dict[str, Any]:
        return {"faults": role_faults()}

    def judge(self, *, faults: list[str]) -> Finding:
        if not faults:
            return Finding(Level.OK, "Row security binds the role that serves requests.")
        return Finding(
            Level.WRONG,
            f"The role in DATABASE_URL {'; it '.join(faults)}. Row security may show one institute another's rows.",
            "Stop web and workers. Take the right back (ALTER ROLE … NOSUPERUSER NOBYPASSRLS, REVOKE), or give "
            "DATABASE_URL the application's role, and start again.",
        )


@health_checks.register
class Migrations(HealthCheck):
    name, label, order = "migrations", "Migrations", 20

    def facts(self, look: Look) -> dict[str, Any]:
        (applied,) = look.row("SELECT coalesce(array_agg(app || '.' || name), '{}') FROM django_migrations")
        return {"missing": sorted(migrations_of_this_release() - set(applied))}

    def judge(self, *, missing: list[str]) -> Finding:
        measures = {"migrations_missing": len(missing)}
        if not missing:
            return Finding(Level.OK, "Every migration of this release has run.", measures=measures)
        return Finding(
            Level.WRONG, f"Not applied: {', '.join(missing[:5])}.", "Run manage.py migrate.", measures=measures
        )


@cache
def migrations_of_this_release() -> frozenset[str]:
    """Every migration on disk, as app.name. They cannot change while a process runs."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return frozenset(f"{app}.{name}" for app, name in loader.disk_migrations)


@health_checks.register
class Disk(HealthCheck):
    name, label, order = "disk", "Disk space", 30

    def facts(self, look: Look) -> dict[str, Any]:
        found = {str(path): shutil.disk_usage(path) for path in map(Path, settings.HEALTH_DISKS) if path.exists()}
        return {"free": {path: (usage.free, usage.total) for path, usage in found.items()}}

    def judge(self, *, free: dict[str, tuple[int, int]]) -> Finding:
        """The fullest one decides. Full is a share of the disk or a number of bytes, whichever says so first."""
        shares = {path: left / total if total else 0 for path, (left, total) in free.items()}
        if not shares:
            return Finding(Level.OK, "No disk is watched: HEALTH_DISKS names none that exists here.")
        path = min(shares, key=lambda each: shares[each])
        left = free[path][0]
        says = f"{left / 1e9:.1f} GB free on {path} ({shares[path]:.0%})."
        measures = {"disk_free_bytes": left, "disk_free_share": round(shares[path], 4)}
        if shares[path] < limit("disk_wrong_share") or left < limit("disk_wrong_bytes"):
            level = Level.WRONG
        elif shares[path] < limit("disk_warning_share"):
            level = Level.WARNING
        else:
            return Finding(Level.OK, says, measures=measures)
        to_do = "Remove old backups and logs or enlarge the disk: PostgreSQL stops when it cannot write."
        return Finding(level, says, to_do, measures)


@health_checks.register
class HolidayList(HealthCheck):
    name, label, order = "holidays", "Bank holidays", 90

    def facts(self, look: Look) -> dict[str, Any]:
        return {"ends": holiday_list_ends(), "day": today()}

    def judge(self, *, ends: dt.date, day: dt.date) -> Finding:
        left = (ends - day).days
        measures = {"holiday_list_days_left": left}
        says = f"The last bank holiday known is {ends:%-d %B %Y}."
        if left >= limit("holiday_warning_days"):
            return Finding(Level.OK, says, measures=measures)
        level = Level.WARNING if left >= limit("holiday_wrong_days") else Level.WRONG
        to_do = "Update the package govuk-bank-holidays: after that day reminders go out on bank holidays too."
        return Finding(level, says, to_do, measures)


@health_checks.register
class Backup(HealthCheck):
    name, label, order = "backup", "Backup", 80

    def facts(self, look: Look) -> dict[str, Any]:
        (age, drill) = look.row(
            "SELECT extract(epoch FROM now() - max(finished_at) FILTER (WHERE kind = 'backup'))::float,"
            " extract(epoch FROM now() - max(finished_at) FILTER (WHERE kind = 'drill'))::float FROM core_backuprun"
        )
        return {"age": age, "drill_age": drill, "is_demo": settings.DEMO}

    def judge(self, *, age: float | None, drill_age: float | None, is_demo: bool) -> Finding:
        """Never is as bad as too old. The demo needs none."""
        measures = {} if age is None else {"backup_age_seconds": round(age)}
        if drill_age is not None:
            measures["restore_drill_age_seconds"] = round(drill_age)
        if is_demo and age is None:
            return Finding(Level.OK, "The demo's data needs no backup.", measures=measures)
        drilled = "" if drill_age is None else f" A restore was last tried {ago(drill_age)} ago."
        says = "There has never been a backup." if age is None else f"The last one ended {ago(age)} ago.{drilled}"
        hours = limit("backup_wrong_hours")
        if age is None or age > hours * 3600:
            return Finding(
                Level.WRONG,
                says,
                f"Run manage.py backup, and let cron run it each night ({hours:g} hours are allowed).",
                measures,
            )
        if drill_age is None or drill_age > limit("drill_warning_days") * DAY:
            to_do = "Prove that it can be restored: manage.py restore --drill FILE. It touches nothing that is live."
            return Finding(Level.WARNING, says, to_do, measures)
        return Finding(Level.OK, says, measures=measures)


@health_checks.register
class Frozen(HealthCheck):
    name, label, order = "frozen", "Sending", 40

    def facts(self, look: Look) -> dict[str, Any]:
        return {"reason": (look.row("SELECT reason FROM core_freeze") or (None,))[0]}

    def judge(self, *, reason: str | None) -> Finding:
        measures = {"frozen": float(reason is not None)}
        if reason is None:
            return Finding(Level.OK, "Mail and recorded facts go out.", measures=measures)
        return Finding(
            Level.WARNING,
            f"Nothing is sent and no recorded fact is handled: {reason}.",
            "When this is the copy that should work: manage.py thaw. It says what may have been sent before.",
            measures,
        )
