"""Waiting for something to become true, with a deadline instead of a fixed sleep."""

import time
from collections.abc import Callable
from typing import Any

BUSY = 3


def eventually(question: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """The first true answer. Fails the test with `what` when there is none in time, three times as long if busy."""
    deadline = time.monotonic() + BUSY * seconds
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
