"""Forms of challenges, bookings and volunteers."""

from events.forms.bookings import AttendanceForm, BookingForm, ChangedNumbersForm, NumbersForm, SchoolForm
from events.forms.challenges import ChallengeForm, CostForm
from events.forms.volunteers import CountTimeForm, InvitationForm, TimeForm

__all__ = [
    "AttendanceForm",
    "BookingForm",
    "ChallengeForm",
    "ChangedNumbersForm",
    "CostForm",
    "CountTimeForm",
    "InvitationForm",
    "NumbersForm",
    "SchoolForm",
    "TimeForm",
]
