"""Hands recorded facts to their handlers."""

import uuid


def drain(institute_id: uuid.UUID) -> None:
    """Not yet: the wake-ups reach this point and rows keep waiting."""


def prune(institute_id: uuid.UUID) -> None:
    """Not yet: the wake-ups reach this point and rows keep waiting."""
