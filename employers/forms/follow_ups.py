"""Next steps."""

from typing import Any

from django import forms

from crm.audit.edits import VersionField
from crm.web.widgets import DayField
from employers.forms.fields import RuledField, one_line
from employers.models import FollowUp
from employers.reads.people import colleagues_and


class NextStepForm(forms.Form):
    """A next step that no conversation led to."""

    title = RuledField(one_line("title"), label="What is to be done")
    due_on = DayField(label="Due", help_text="A weekend or bank holiday moves to the next working day.")
    owner = forms.ModelChoiceField(None, label="For", empty_label=None)

    def __init__(self, *args: Any, follow_up: FollowUp | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues_and(follow_up.owner_id if follow_up else None)


class FollowUpForm(NextStepForm):
    """Another day or another owner; what was promised stays as it is."""

    title = None
    version = VersionField()


class DropForm(forms.Form):
    """Why a next step is let go."""

    reason = RuledField(one_line("reason"), label="Why is it dropped?")
