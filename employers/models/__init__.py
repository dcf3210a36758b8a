"""Employers and the people in them, what was said and what comes next."""

from employers.models.bulk_changes import BulkChange, BulkChangeRow
from employers.models.contacts import Contact, ContactRole
from employers.models.curriculum import CurriculumInput
from employers.models.employers import Employer, Tier
from employers.models.engagements import Engagement, EngagementContact
from employers.models.files import FileContent, RecordFile
from employers.models.follow_ups import FollowUp
from employers.models.governance import Attendance, Body, BodyMeeting, Seat
from employers.models.health import EmployerHealth, HealthRules
from employers.models.merges import DuplicatePair, EmployerMerge, FactsBeforeMerge, MergeUndo
from employers.models.names import EmployerName, FormerNumber, NameKey
from employers.models.organisations import Organisation
from employers.models.projects import LiveProject, ProjectEmployer, ProjectInstitute
from employers.models.promises import Promise
from employers.models.rights import RightsEntry
from employers.models.saved_views import SavedView
from employers.models.skills import SkillsNeed
from employers.models.tags import EmployerTag, Tag

__all__ = [
    "Attendance",
    "Body",
    "BodyMeeting",
    "BulkChange",
    "BulkChangeRow",
    "Contact",
    "ContactRole",
    "CurriculumInput",
    "DuplicatePair",
    "Employer",
    "EmployerHealth",
    "EmployerMerge",
    "EmployerName",
    "EmployerTag",
    "Engagement",
    "EngagementContact",
    "FactsBeforeMerge",
    "FileContent",
    "FollowUp",
    "FormerNumber",
    "HealthRules",
    "LiveProject",
    "MergeUndo",
    "NameKey",
    "Organisation",
    "ProjectEmployer",
    "ProjectInstitute",
    "Promise",
    "RecordFile",
    "RightsEntry",
    "SavedView",
    "Seat",
    "SkillsNeed",
    "Tag",
    "Tier",
]
