"""The Celery application. Tasks, their base class and the beat table live in workers and are loaded by name."""

import gc
import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings

from crm.base.role_check import refuse_powerful_role

gc.set_threshold(20_000, 20, 20)  # as manage.py does: what a start loads is no garbage

# The checks would load every page, each time a worker starts. The web server and `manage.py migrate` run them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("anchorpoint", task_cls="workers.task_base:WorkerTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["workers"])


@setup_logging.connect
def log_as_the_rest_does(loglevel: int | None = None, **signal: Any) -> None:
    """Celery would set up a log of its own; --loglevel still says how much is told."""
    logging.config.dictConfig(settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


@worker_init.connect
def refuse_to_work_with_a_powerful_role(**signal: Any) -> None:
    """A worker that row security does not bind must not start. Celery logs what a receiver raises, so it exits."""
    try:
        refuse_powerful_role()
    except Exception as error:
        raise SystemExit(str(error)) from error
