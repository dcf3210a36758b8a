"""Settings of real worker processes in tests: a kept connection, as in production, and test handlers on top."""

import os

from crm.settings.test import *  # noqa: F403
from crm.settings.test import DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = 600
OUTBOX_LEASE_SECONDS = float(os.environ.get("OUTBOX_LEASE_SECONDS", "60"))
CELERY_TASK_SOFT_TIME_LIMIT = int(os.environ.get("SOFT_TIME_LIMIT", "90"))
CELERY_IMPORTS = ["tests.workers.facts"]
OUTBOX_MAX_ATTEMPTS = int(os.environ.get("OUTBOX_MAX_ATTEMPTS", "8"))
