"""What every task does before and after its work."""

import logging
import time
import traceback
from pathlib import Path
from typing import Any

from celery import Task
from django.conf import settings
from django.db import close_old_connections

from crm.base.logs import log_facts
from crm.base.request_id import set_request_id

logger = logging.getLogger("workers.tasks")


class WorkerTask(Task):
    """Starts on a connection that works and leaves a log line with ids and a duration, never a name or an address.

    A task that fails is logged and dropped: its rows are still due, and the next tick finds them.
    """

    abstract = True
    Request = "workers.requests:HonestRequest"

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        if self.request.called_directly:
            return self.run(*args, **kwargs)
        # Celery keeps a connection for many tasks; after a restart of the database the first one would fail.
        close_old_connections()
        set_request_id(self.request.id)
        with log_facts(task=self.name, task_id=self.request.id):
            self._run_and_tell(*args, **kwargs)
        return None

    def _run_and_tell(self, *args: Any, **kwargs: Any) -> None:
        started = time.monotonic()
        outcome = "done"
        try:
            self.run(*args, **kwargs)
        except Exception as error:
            outcome = f"failed: {where(error)}"
        took = round((time.monotonic() - started) * 1000)
        level = logging.INFO if outcome == "done" else logging.ERROR
        logger.log(level, "%s id=%s %s in %d ms", self.name, self.request.id, outcome, took)


def where(error: BaseException) -> str:
    """The kind of an error and the innermost line of ours that met it. Not its message, which may quote a person."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    if not ours:
        return type(error).__name__
    path = Path(ours[-1].filename).relative_to(settings.BASE_DIR)
    return f"{type(error).__name__} at {path}:{ours[-1].lineno} in {ours[-1].name}"


def _is_ours(filename: str) -> bool:
    return filename.startswith(str(settings.BASE_DIR)) and "site-packages" not in filename
