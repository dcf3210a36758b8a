"""A seed that can be given again."""

import os
import random

import pytest

from tests.mail.scripted_server import scripted_server

__all__ = ["scripted_server"]

SEED = int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10**6)))


@pytest.fixture
def seed() -> int:
    """Printed, so that a failure can be repeated with FAULT_SEED."""
    print(f"FAULT_SEED={SEED}")
    return SEED


@pytest.fixture
def dice(seed: int) -> random.Random:
    return random.Random(seed)
