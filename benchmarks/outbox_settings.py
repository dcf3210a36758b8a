"""Settings of the worker processes of benchmarks.outbox."""

from crm.settings.test import *  # noqa: F403
from crm.settings.test import DATABASES, LOGGING

DATABASES["default"]["CONN_MAX_AGE"] = 600
LOGGING["root"]["level"] = "WARNING"
CELERY_IMPORTS = ["benchmarks.outbox_work"]
