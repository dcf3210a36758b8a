"""What other programs may do with employers: the pages' own actions and lists, as JSON."""

from employers.api import (
    contacts,
    curriculum,
    employers,
    engagements,
    files,
    follow_ups,
    governance,
    health,
    lists,
    merging,
    network,
    projects,
    promises,
    reference,
    registers,
    skills,
)

__all__ = [
    "contacts",
    "curriculum",
    "employers",
    "engagements",
    "files",
    "follow_ups",
    "governance",
    "health",
    "lists",
    "merging",
    "network",
    "projects",
    "promises",
    "reference",
    "registers",
    "skills",
]
