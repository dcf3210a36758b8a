"""When the health checks speak up, and who may read their numbers."""

import os
import tempfile
from pathlib import Path

# From where on the health page, `manage.py health` and /metrics speak up (docs/operations.md says what each means).
# A fault is named within a minute, so what is watched in seconds stays below it.
HEALTH_LIMITS = {
    "heartbeat_seconds": 35,  # workers and beat write one every ten
    "schedule_seconds": 45,  # the most frequent job starts every five
    "relay_warning_seconds": 45,
    "relay_wrong_seconds": 300,
    "mail_server_seconds": 45,  # it is greeted every twenty
    "mail_urgent_seconds": 50,
    "reminders_seconds": 600,
    "seal_seconds": 1800,
    "proof_hours": 30,
    "broker_memory_share": 0.8,
    "disk_warning_share": 0.15,
    "disk_wrong_share": 0.05,
    "disk_wrong_bytes": 500_000_000,
    "backup_wrong_hours": 26,
    "drill_warning_days": 35,
    "holiday_warning_days": 365,
    "holiday_wrong_days": 60,
}
# Where to look for room: HEALTH_DISKS, separated by colons, else the product's own folder and the temporary one.
_OWN_DISKS = (str(Path(__file__).resolve().parent), tempfile.gettempdir())
HEALTH_DISKS = [path for path in os.environ.get("HEALTH_DISKS", "").split(":") if path] or list(_OWN_DISKS)
# Who may read /metrics: a bearer of this token, or, without one, a program on this machine that no proxy speaks for.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
# Touched with each sign of life of a worker or a beat, for the health check of its container.
HEARTBEAT_FILE = os.environ.get("HEARTBEAT_FILE", "")
