"""What people fill in. The rules are those of the validators, so a form and an action never disagree."""

from employers.forms.contacts import ContactForm, LeftForm
from employers.forms.employer_list import EmployerFilters
from employers.forms.employers import AddEmployerForm, EmployerForm, LinkForm
from employers.forms.engagements import LogForm
from employers.forms.follow_ups import DropForm, FollowUpForm, NextStepForm
from employers.forms.health import HealthRulesForm
from employers.forms.list_actions import BulkForm, TagForm, TagsForm, ViewForm
from employers.forms.people import EraseForm, ExportForm, MoveForm, PreferenceForm
from employers.forms.promises import LetGoForm, PromiseFilters, PromiseForm
from employers.forms.tiers import TierForm

__all__ = [
    "AddEmployerForm",
    "BulkForm",
    "ContactForm",
    "DropForm",
    "EmployerFilters",
    "EmployerForm",
    "EraseForm",
    "ExportForm",
    "FollowUpForm",
    "HealthRulesForm",
    "LeftForm",
    "LetGoForm",
    "LinkForm",
    "LogForm",
    "MoveForm",
    "NextStepForm",
    "PreferenceForm",
    "PromiseFilters",
    "PromiseForm",
    "TagForm",
    "TagsForm",
    "TierForm",
    "ViewForm",
]
