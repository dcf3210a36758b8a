"""What other programs may do with employers: the pages' own actions and lists, as JSON."""

from employers.api import contacts, employers, engagements, follow_ups, health, promises, registers

__all__ = ["contacts", "employers", "engagements", "follow_ups", "health", "promises", "registers"]
