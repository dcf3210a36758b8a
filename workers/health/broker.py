"""Does the broker answer? Pages work without it and rows wait; work is only slower to start."""

from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from crm.celery import app
from crm.core.health.checks import Finding, HealthCheck, Level, Look, limit
from crm.core.registry import health_checks

SECONDS = 1


@health_checks.register
class Broker(HealthCheck):
    name, label, order = "broker", "Broker", 55

    def facts(self, look: Look) -> dict[str, Any]:
        """Asks the broker itself, for a second, on a connection of its own."""
        try:
            return {"trouble": "", **_memory(_client().info("memory"))}
        except Exception as error:  # redis, kombu and the network each have their own
            return {"trouble": type(error).__name__, "used": 0, "most": 0, "policy": ""}

    def judge(self, *, trouble: str, used: int, most: int, policy: str) -> Finding:
        measures = {"broker_up": float(not trouble), "broker_used_bytes": used}
        if trouble:
            return Finding(
                Level.WRONG,
                f"The broker does not answer ({trouble}). Nothing is lost; work starts late or not at all.",
                "See that Redis or Valkey runs at REDIS_URL and is not stopped (docker compose restart redis). "
                "Workers go on by themselves.",
                measures,
            )
        if most and used > most * limit("broker_memory_share"):
            says = f"The broker uses {used / most:.0%} of the memory it may."
            return Finding(
                Level.WARNING, says, "Workers are too slow or too few: start more, or raise maxmemory.", measures
            )
        if policy not in ("noeviction", ""):
            to_do = "Set maxmemory-policy noeviction: with any other a full broker forgets what it was given."
            return Finding(Level.WARNING, f"The broker's maxmemory-policy is {policy}.", to_do, measures)
        return Finding(Level.OK, "The broker answers.", measures=measures)


def _client() -> redis.Redis:
    """Not Celery's own, which tries again and again: a page waits for this one."""
    url = app.conf.broker_url.replace("redis+socket://", "unix://", 1)
    patience = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry": Retry(NoBackoff(), 0)}
    if not url.startswith("sentinel://"):
        return redis.Redis.from_url(url, **patience)
    name = app.conf.broker_transport_options["master_name"]
    hosts = [(part.hostname, part.port or 26379) for part in map(urlsplit, url.split(";"))]
    return Sentinel(hosts, sentinel_kwargs=patience, **patience).master_for(name)


def _memory(info: dict[str, Any]) -> dict[str, Any]:
    return {
        "used": int(info.get("used_memory", 0)),
        "most": int(info.get("maxmemory", 0)),
        "policy": str(info.get("maxmemory_policy", "")),
    }
