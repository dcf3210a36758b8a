"""Primary keys: UUIDv7 made in Python. Their order is not commit order, so never use one as a cursor."""

import uuid

import uuid6


def new_id() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562, version 7)."""
    return uuid.UUID(int=uuid6.uuid7().int)
