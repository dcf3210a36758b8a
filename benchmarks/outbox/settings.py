"""Settings of every process of benchmarks.outbox."""

from crm.settings.test import *  # noqa: F403
from crm.settings.test import DATABASES, INSTALLED_APPS, LOGGING

DATABASES["default"]["CONN_MAX_AGE"] = 600
LOGGING["root"]["level"] = "WARNING"
INSTALLED_APPS += ["procrastinate.contrib.django"]
CELERY_IMPORTS = ["benchmarks.outbox.work"]
PROCRASTINATE_IMPORT_PATHS = ["benchmarks.outbox.work"]
