"""What can be imported into this app."""

from employers.imports import employers

__all__ = ["employers"]
