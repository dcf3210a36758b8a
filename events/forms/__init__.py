"""Forms of challenges, bookings and volunteers."""

from events.forms.bookings import AttendanceForm, BookingForm, NumbersForm, SchoolForm
from events.forms.challenges import ChallengeForm, CostForm
from events.forms.volunteers import CountTimeForm, InvitationForm, TimeForm

__all__ = [
    "CountTimeForm",
    "AttendanceForm",
    "BookingForm",
    "ChallengeForm",
    "CostForm",
    "InvitationForm",
    "NumbersForm",
    "SchoolForm",
    "TimeForm",
]
