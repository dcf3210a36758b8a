"""Settings of the real processes of the fault suite: those of other worker tests, points to die at, and commits that
outlive a killed database (the suite's servers give that up for speed)."""

from tests.workers.worker_settings import *  # noqa: F403
from tests.workers.worker_settings import DATABASES, INSTALLED_APPS, LOGGING

INSTALLED_APPS += ["tests.faults.failpoints"]
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=on"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING["loggers"]["django.request"]["level"] = "ERROR"
EMAIL_TIMEOUT = 2  # a tar pit of a mail server holds a test no longer than it must
