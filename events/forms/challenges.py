"""Planning a challenge and noting what it cost. Shape only; rules are in the actions."""

import datetime as dt
from typing import Any

from django import forms

from crm.audit.edits import VersionField
from crm.base.clock import LONDON, london_instant, today
from crm.base.money import PoundsField
from crm.web.widgets import DayField
from events.models import Challenge
from sponsorships.models import Fund


class TimeInput(forms.TimeInput):
    """The browser's own time control."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ChallengeForm(forms.Form):
    """What, when, where, for how many groups, paid from which fund."""

    title = forms.CharField(max_length=160)
    brief = forms.CharField(
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What the teams will build.",
    )
    day = DayField()
    starts = forms.TimeField(widget=TimeInput, initial=dt.time(9, 30))
    ends = forms.TimeField(widget=TimeInput, initial=dt.time(15, 0))
    venue = forms.CharField(max_length=200)
    places = forms.IntegerField(
        min_value=1, max_value=500, label="Places for school groups", help_text="One place is one school's group."
    )
    year_group = forms.IntegerField(min_value=7, max_value=13, initial=9)
    pupils_per_adult = forms.IntegerField(min_value=1, max_value=30, initial=10, label="Pupils for each adult, at most")
    fund = forms.ModelChoiceField(queryset=None, required=False, empty_label="No fund yet", help_text="Pays its costs.")
    version = VersionField()

    def __init__(self, *args: Any, challenge: Challenge | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        funds = Fund.objects.open()
        if challenge:  # its own may be paused or closed since: saving another field must not take it away
            funds = funds | Fund.objects.filter(pk=challenge.fund_id)
        self.fields["fund"].queryset = funds.filter(kind__in=["challenge", "general"])

    def facts(self) -> dict[str, Any]:
        """The cleaned data as the actions take it: moments in UTC instead of day and times."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        day, starts, ends = data.pop("day"), data.pop("starts"), data.pop("ends")
        return {**data, "starts_at": london_instant(day, starts), "ends_at": london_instant(day, ends)}

    @staticmethod
    def initial_of(challenge: Challenge) -> dict[str, Any]:
        """What the form shows for an existing challenge."""
        starts, ends = challenge.starts_at.astimezone(LONDON), challenge.ends_at.astimezone(LONDON)
        names = ("title", "brief", "venue", "places", "year_group", "pupils_per_adult", "fund")
        facts = {name: getattr(challenge, name) for name in names}
        return {**facts, "day": starts.date(), "starts": starts.time(), "ends": ends.time()}


class CostForm(forms.Form):
    """A cost, taken from the challenge's fund."""

    what = forms.CharField(max_length=160, label="What for")
    pence = PoundsField(label="Amount")
    spent_on = DayField(initial=today, label="Day")
    key = forms.UUIDField(widget=forms.HiddenInput)  # made with the page, so that sending it twice is one cost
