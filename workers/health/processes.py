"""Is anybody working, and does the clock tick?"""

from typing import Any

from crm.core.health.checks import Finding, HealthCheck, Level, Look, ago, limit
from crm.core.registry import health_checks

_START_WORKER = "Start a worker: celery -A crm.celery worker (docker compose up -d worker). Its log says why it ended."
_START_BEAT = "Start a beat: celery -A crm.celery beat (docker compose up -d beat). Its log says why it ended."
_AGE_OF = "SELECT extract(epoch FROM clock_timestamp() - max(beaten_at))::float FROM workers_heartbeat WHERE kind = %s"
_SILENT = """
SELECT coalesce(array_agg(name ORDER BY name), '{}'), (SELECT count(*) FROM workers_heartbeat
  WHERE kind = 'worker' AND beaten_at > clock_timestamp() - make_interval(secs => %(limit)s))
FROM workers_heartbeat WHERE kind = 'worker'
  AND beaten_at BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp() - make_interval(secs => %(limit)s)
"""


@health_checks.register
class Worker(HealthCheck):
    name, label, order = "worker", "Workers", 50

    def facts(self, look: Look) -> dict[str, Any]:
        (age,) = look.row(_AGE_OF, ["worker"])
        silent, alive = look.row(_SILENT, {"limit": limit("heartbeat_seconds")})
        return {"age": age, "alive": alive, "silent": silent}

    def judge(self, *, age: float | None, alive: int, silent: list[str]) -> Finding:
        measures = {"workers_alive": alive}
        if not alive:
            says = (
                "No worker has ever started." if age is None else f"No worker: the last sign of one is {ago(age)} old."
            )
            return Finding(Level.WRONG, f"{says} No mail is sent and no figure is kept up.", _START_WORKER, measures)
        says = "One worker is alive." if alive == 1 else f"{alive} workers are alive."
        if silent:
            says += f" Without a sign, though not stopped: {', '.join(silent)}."
            to_do = (
                "Look at its machine: it was killed, ran out of memory or lost the database. Forgotten after an hour."
            )
            return Finding(Level.WARNING, says, to_do, measures)
        return Finding(Level.OK, says, measures=measures)


@health_checks.register
class Beat(HealthCheck):
    name, label, order = "beat", "Beat", 51

    def facts(self, look: Look) -> dict[str, Any]:
        return {"age": look.row(_AGE_OF, ["beat"])[0]}

    def judge(self, *, age: float | None) -> Finding:
        measures = {} if age is None else {"beat_age_seconds": round(age)}
        if age is not None and age <= limit("heartbeat_seconds"):
            return Finding(Level.OK, "The beat is alive.", measures=measures)
        says = "No beat has ever started." if age is None else f"No beat: the last sign of it is {ago(age)} old."
        return Finding(Level.WRONG, f"{says} Nothing that is due by time starts.", _START_BEAT, measures)


@health_checks.register
class Schedule(HealthCheck):
    """That the beat's knocks arrive: between it and the workers lies the broker."""

    name, label, order = "schedule", "Schedule", 52

    def facts(self, look: Look) -> dict[str, Any]:
        (tick,) = look.row(
            "SELECT extract(epoch FROM clock_timestamp() - max(started_at))::float FROM workers_tick"
            " WHERE job = 'workers.find_outbox_work' AND started_at > now() - interval '1 day'"
        )
        return {"tick": tick, "worker": look.row(_AGE_OF, ["worker"])[0], "beat": look.row(_AGE_OF, ["beat"])[0]}

    def judge(self, *, tick: float | None, worker: float | None, beat: float | None) -> Finding:
        measures = {} if tick is None else {"schedule_age_seconds": round(tick)}
        if tick is not None and tick <= limit("schedule_seconds"):
            return Finding(Level.OK, "Work starts when it is time.", measures=measures)
        allowed = limit("heartbeat_seconds")
        says = "Nothing has started by time" + (" for a day." if tick is None else f" for {ago(tick)}.")
        if any(age is None or age > allowed for age in (worker, beat)):
            return Finding(
                Level.WARNING, says, "It follows from the missing worker or beat; start that first.", measures
            )
        to_do = (
            "Worker and beat live and do not reach each other: see the broker, and that the worker serves the queues"
            " celery and mail. If both are right, restart the worker."
        )
        return Finding(Level.WRONG, says, to_do, measures)
