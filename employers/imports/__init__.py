"""What can be imported into this app."""

from employers.imports import contacts, employers, engagements

__all__ = ["contacts", "employers", "engagements"]
