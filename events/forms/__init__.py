"""Forms of challenges, bookings and volunteers."""

from events.forms.bookings import AttendanceForm, BookingForm, NumbersForm, SchoolForm
from events.forms.challenges import ChallengeForm, CostForm
from events.forms.volunteers import InvitationForm, TimeForm

__all__ = [
    "AttendanceForm",
    "BookingForm",
    "ChallengeForm",
    "CostForm",
    "InvitationForm",
    "NumbersForm",
    "SchoolForm",
    "TimeForm",
]
