"""A worker whose acknowledgement did not reach the broker connects anew.

Celery logs such an acknowledgement and goes on. The message then counts as being worked on for ever, and when all
processes finish while the broker is away for a moment, none is left to take anything up: the worker lives, beats and
does nothing (celery#8030, seen under load on 5.7.0).
"""

from celery.utils.log import get_logger
from celery.worker.request import Request

logger = get_logger(__name__)

NOTHING = ()  # the errors that an acknowledgement may swallow


class HonestRequest(Request):
    """Lets what an acknowledgement raises reach the consumer, which treats it as the lost connection that it is."""

    def acknowledge(self) -> None:
        """Tell the broker that the message is done with."""
        if not self.acknowledged:
            self._on_ack(logger, NOTHING)
            self.acknowledged = True

    def reject(self, requeue: bool = False) -> None:
        """Tell the broker that it is not, perhaps for another worker."""
        if not self.acknowledged:
            self._on_reject(logger, NOTHING, requeue)
            self.acknowledged = True
