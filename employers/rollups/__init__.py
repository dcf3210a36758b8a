"""Rows derived from others: the words an employer is found by, and how the relationship with it stands."""

from employers.rollups.contacts import index_contacts, index_people_at
from employers.rollups.health import mark_health_due, refresh_due_health, refresh_health
from employers.rollups.names import keep_former_name
from employers.rollups.search import index_employer, index_employers, index_new_employer

__all__ = [
    "index_contacts",
    "index_employer",
    "index_employers",
    "index_new_employer",
    "index_people_at",
    "keep_former_name",
    "mark_health_due",
    "refresh_due_health",
    "refresh_health",
]
