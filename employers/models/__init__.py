"""Employers and the people in them, what was said and what comes next."""

from employers.models.contacts import Contact, ContactRole
from employers.models.employers import Employer, Tier
from employers.models.engagements import Engagement, EngagementContact
from employers.models.follow_ups import FollowUp
from employers.models.organisations import Organisation

__all__ = [
    "Contact",
    "ContactRole",
    "Employer",
    "Engagement",
    "EngagementContact",
    "FollowUp",
    "Organisation",
    "Tier",
]
