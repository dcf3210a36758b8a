"""Seats, curriculum input, skills needs, projects and files. Shape only; rules are in the actions."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from crm.audit.edits import VersionField
from crm.base.clock import LONDON, today
from crm.base.context import NETWORK_ID, acting_institute
from crm.identity.models import Institute
from crm.web.widgets import DayField
from employers.forms.fields import RuledField, one_line
from employers.models import (
    Body,
    Contact,
    CurriculumInput,
    Employer,
    Engagement,
    LiveProject,
    ProjectEmployer,
    Seat,
    SkillsNeed,
)
from employers.reads.conversations import latest_conversations

FUNDERS = (
    "Innovate UK",
    "Faraday Battery Challenge",
    "UK Research and Innovation",
    "Knowledge Transfer Partnership",
    "Strategic authority",
)


class _Facts(forms.Form):
    """A form over a row that two may edit; `facts` are for the action."""

    version = VersionField()

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _offer(form: forms.Form, name: str, rows: QuerySet) -> None:
    """What there is to choose from; without any, nothing is asked."""
    if rows.exists():
        form.fields[name].queryset = rows
    else:
        del form.fields[name]


def _one_of(form: forms.Form, known: str, new: str, needed: str) -> None:
    """Exactly one of a row that is known and the name of a new one."""
    has_known, has_new = (bool(form.cleaned_data.get(name)) for name in (known, new))
    if has_known == has_new:
        form.add_error(new, "Choose one, or enter a new one: not both." if has_known else needed)


class BodyForm(forms.Form):
    """What a body is called."""

    name = RuledField(one_line("name", 120), label="What is it called?", help_text="For example “Employer board”.")


class SeatForm(_Facts):
    """Who sits in which body, as what, from when."""

    contact = forms.ModelChoiceField(None, label="Who?", empty_label=None)
    body = forms.ModelChoiceField(None, label="In which body?", required=False, empty_label="Choose, or name a new one")
    new_body = RuledField(
        one_line("name", 120), required=False, label="A new body", help_text="Only if it is not among those known."
    )
    role = forms.ChoiceField(choices=Seat.Role.choices, initial=Seat.Role.MEMBER, label="As what?")
    starts_on = DayField(label="From", initial=today)
    ends_on = DayField(label="Until", required=False, help_text="Leave it empty while it goes on.")

    def __init__(self, *args: Any, employer: Employer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = Contact.objects.still_there().filter(employer=employer)
        _offer(self, "body", Body.objects.all())

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if "new_body" in self.fields and "new_body" not in self.errors and "body" not in self.errors:
            _one_of(self, "body", "new_body", "Say which body.")
        return facts


class ChangeSeatForm(SeatForm):
    """What may change while the same person holds the same seat."""

    contact = body = new_body = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)


class MeetingForm(forms.Form):
    """Who came when a body met."""

    held_on = DayField(label="When did it meet?", initial=today)
    came = forms.ModelMultipleChoiceField(None, required=False, label="Who came?", widget=forms.CheckboxSelectMultiple)
    apologies = forms.ModelMultipleChoiceField(
        None, required=False, label="Who sent apologies?", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.filter(body=body).select_related("contact", "employer").order_by("starts_on", "id")
        for name in ("came", "apologies"):
            self.fields[name].queryset = seats
            self.fields[name].label_from_instance = _holder


def _holder(seat: Seat) -> str:
    until = f", until {seat.ends_on:%-d %B %Y}" if seat.ends_on else ""
    return f"{seat.contact.name}, {seat.employer.name}{until}"


class CurriculumForm(_Facts):
    """What an employer asked to change in a course."""

    course = RuledField(one_line("course", 120), label="Which course?", help_text="Its code or its name.")
    what_changed = RuledField(
        one_line("what_changed", 500), label="What is to change?", widget=forms.Textarea(attrs={"rows": 2})
    )
    proposed_on = DayField(label="Proposed on", initial=today)
    engagement = forms.ModelChoiceField(
        None, required=False, label="In which conversation?", empty_label="None of these"
    )
    evidence = RuledField(
        one_line("evidence", 300),
        required=False,
        label="What shows it?",
        help_text="Minutes, a module outline: what it is and where it is kept. Needed when it is adopted.",
    )

    def __init__(self, *args: Any, employer: Employer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagement"].queryset = latest_conversations(employer)
        self.fields["engagement"].label_from_instance = _conversation


def _conversation(engagement: Engagement) -> str:
    said = engagement.summary.split("\n")[0]
    day = f"{engagement.happened_at.astimezone(LONDON):%-d %B %Y}"
    return f"{engagement.get_kind_display()}, {day}: {said[:60]}"


class AdoptForm(forms.Form):
    """The course was changed, and what shows it."""

    evidence = RuledField(
        one_line("evidence", 300),
        required=False,
        label="What shows it?",
        help_text="Minutes, the new module outline: what it is and where it is kept.",
    )
    decided_on = DayField(label="Adopted on", initial=today)


class DeclineForm(forms.Form):
    """The course stays as it is."""

    reason = RuledField(one_line("reason"), label="Why was it declined?")
    decided_on = DayField(label="Declined on", initial=today)


class SkillsNeedForm(_Facts):
    """Whom an employer looks for."""

    roles = RuledField(one_line("roles"), label="Which roles?", help_text="For example “Control technicians”.")
    headcount = forms.IntegerField(min_value=1, max_value=100_000, label="How many people?")
    level = forms.TypedChoiceField(choices=SkillsNeed.Level.choices, coerce=int, initial=4)
    needed_by = DayField(label="By when?")
    sector = RuledField(one_line("sector", 80), required=False)


class CloseNeedForm(forms.Form):
    """Why a need is closed unmet."""

    reason = RuledField(one_line("reason"), label="Why do they look no more?")


class ProjectForm(_Facts):
    """A project with a funder."""

    title = RuledField(one_line("title"))
    funder = RuledField(one_line("funder", 120), widget=forms.TextInput(attrs={"list": "funders"}))
    reference = RuledField(
        one_line("reference", 60),
        required=False,
        label="The funder's reference",
        help_text="By it the same project is recognised at other institutes.",
    )
    starts_on = DayField(required=False, label="From")
    ends_on = DayField(required=False, label="Until")
    institutes = forms.ModelMultipleChoiceField(
        None,
        required=False,
        label="Other institutes in it",
        widget=forms.CheckboxSelectMultiple,
        help_text="For your own record. It shows them nothing.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institutes"].queryset = Institute.objects.exclude(pk__in=[NETWORK_ID, acting_institute()])


class JoinProjectForm(forms.Form):
    """An employer's part in a project, known here or new."""

    project = forms.ModelChoiceField(None, required=False, label="Which project?", empty_label="A new one")
    title = RuledField(one_line("title"), required=False, label="Title of a new one")
    funder = RuledField(
        one_line("funder", 120),
        required=False,
        label="Its funder",
        widget=forms.TextInput(attrs={"list": "funders"}),
    )
    reference = RuledField(one_line("reference", 60), required=False, label="The funder's reference")
    part = forms.ChoiceField(choices=ProjectEmployer.Part.choices, initial="partner", label="As what?")

    def __init__(self, *args: Any, employer: Employer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "project", LiveProject.objects.exclude(participants__employer=employer))

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if facts.get("project"):
            _one_of(self, "project", "title", "")
        else:
            needed = {"title": "Choose a project, or enter the title of a new one.", "funder": "Who pays for it?"}
            for name in needed:
                if name in facts and not facts[name]:
                    self.add_error(name, needed[name])
        return facts

    def new_project(self) -> dict[str, Any]:
        """For add_project."""
        return {name: self.cleaned_data[name] for name in ("title", "funder", "reference")}


class FileForm(forms.Form):
    """A file to keep with a record."""

    file = forms.FileField(label="Which file?", max_length=255, allow_empty_file=True)


class RemoveFileForm(forms.Form):
    """Why a file is removed."""

    reason = RuledField(one_line("reason"), label="Why is it removed?")


class StateFilters(forms.Form):
    """Base of what a list shows."""

    q = forms.CharField(required=False, max_length=100, help_text="Words in it, or of the employer.")
    employer = forms.UUIDField(required=False, help_text="Of this employer.")


class CurriculumFilters(StateFilters):
    state = forms.ChoiceField(required=False, choices=CurriculumInput.State.choices, help_text="All if left out.")


class SkillsFilters(StateFilters):
    state = forms.ChoiceField(
        required=False, choices=[*SkillsNeed.State.choices, ("all", "All")], help_text="open if left out."
    )
    level = forms.TypedChoiceField(
        required=False, choices=SkillsNeed.Level.choices, coerce=int, empty_value=None, help_text="At this level."
    )


class ProjectFilters(StateFilters):
    funder = forms.CharField(required=False, max_length=120, help_text="Paid for by this funder, written like this.")


class SeatFilters(StateFilters):
    body = forms.UUIDField(required=False, help_text="In this body.")
    ended = forms.ChoiceField(
        required=False, choices=[("all", "Those that ended too")], help_text="all: those that ended too."
    )
