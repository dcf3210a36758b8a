"""Employers and the people in them, what was said and what comes next."""

from employers.models.bulk_changes import BulkChange, BulkChangeRow
from employers.models.contacts import Contact, ContactRole
from employers.models.employers import Employer, Tier
from employers.models.engagements import Engagement, EngagementContact
from employers.models.follow_ups import FollowUp
from employers.models.health import EmployerHealth, HealthRules
from employers.models.organisations import Organisation
from employers.models.promises import Promise
from employers.models.rights import RightsEntry
from employers.models.saved_views import SavedView
from employers.models.tags import EmployerTag, Tag

__all__ = [
    "BulkChange",
    "BulkChangeRow",
    "Contact",
    "ContactRole",
    "Employer",
    "EmployerTag",
    "EmployerHealth",
    "Engagement",
    "EngagementContact",
    "FollowUp",
    "HealthRules",
    "Organisation",
    "SavedView",
    "Tag",
    "Promise",
    "RightsEntry",
    "Tier",
]
