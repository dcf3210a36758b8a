"""What can be imported into this app."""

from events.imports import schools

__all__ = ["schools"]
