"""Reminders that challenges send: to the lead teachers and to the volunteers, 14 and 2 days before."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat, TruncDate

from crm.base.clock import LONDON
from crm.core.registry import reminders
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder, days_after
from events.models import Challenge, GroupBooking, Volunteer

COMING_CHALLENGE = (Challenge.State.OPEN, Challenge.State.CLOSED)


class _ChallengeSoon(Reminder):
    """So many days before the day. A moved day has another key, so it is reminded of again."""

    purpose = "service"
    days: ClassVar[int]
    expires_after_days = 2
    only_states: ClassVar[tuple[str, ...]]
    joined_at: ClassVar[str]
    model: ClassVar[type[Model]]  # of who comes: has a challenge, a contact and a state
    related: ClassVar[tuple[str, ...]]  # what the templates show of it

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        return self.rows(
            self._coming(self.model.objects.all(), as_of, until),
            recipient_email="contact__email",
            recipient_name="contact__name",
            recipient_type="employers.contact",
            recipient_id="contact_id",
            about="challenge__title",
            **self._due(),
        )

    def _due(self) -> dict[str, Any]:
        version = Cast(F("challenge__date_version"), CharField())
        return {
            "due_on": days_after("day", -self.days),
            "occurrence_key": Concat(Value(f"T-{self.days}/"), version, output_field=CharField()),
        }

    def _coming(self, queryset: QuerySet, as_of: dt.date, until: dt.date) -> QuerySet:
        day = TruncDate("challenge__starts_at", tzinfo=LONDON)
        last = until + dt.timedelta(days=self.days)
        coming = queryset.filter(challenge__state__in=COMING_CHALLENGE, state__in=self.only_states)
        # Who joined later than this reminder's day is not reminded late: the next one is for them.
        joined = TruncDate(self.joined_at, tzinfo=LONDON)
        coming = coming.annotate(day=day, latest_join=days_after("day", -self.days), joined=joined)
        return coming.filter(day__gte=as_of, day__lte=last, joined__lte=F("latest_join"))

    def _subject(self, occurrence: Occurrence) -> Any:
        return self.model.objects.select_related(*self.related).filter(pk=occurrence.subject_id).first()

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        subject = self._subject(occurrence)
        if subject is None or subject.state not in self.only_states:
            return "they are not coming after all"
        if subject.challenge.state not in COMING_CHALLENGE:
            return f"the challenge is {subject.challenge.get_state_display().lower()}"
        if occurrence.occurrence_key != f"T-{self.days}/{subject.challenge.date_version}":
            return "the day has moved, and is reminded of anew"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        subject = self._subject(occurrence)
        return {"subject": subject, "challenge": subject.challenge, "days": self.days}

    def reply_to(self, occurrence: Occurrence) -> str:
        return self._subject(occurrence).challenge.owner.email


class _GroupSoon(_ChallengeSoon):
    audience = "the lead teacher of each group booked"
    why = "because your school has a group booked on this challenge"
    template = "events/email/group_soon"
    subject_type = "events.groupbooking"
    only_states = (GroupBooking.State.CONFIRMED,)
    joined_at = "booked_at"
    model, related = GroupBooking, ("challenge__owner", "school", "contact")


class _VolunteerSoon(_ChallengeSoon):
    audience = "each volunteer who said yes"
    why = "because you said you would help at this challenge"
    template = "events/email/volunteer_soon"
    subject_type = "events.volunteer"
    only_states = (Volunteer.State.ACCEPTED,)
    joined_at = "invited_at"
    model, related = Volunteer, ("challenge__owner", "contact__employer")


@reminders.register
class GroupIn14Days(_GroupSoon):
    name, label, days, lead_days = "events.group_in_14_days", "Challenge in 14 days: schools", 14, 14


@reminders.register
class GroupIn2Days(_GroupSoon):
    name, label, days, lead_days = "events.group_in_2_days", "Challenge in 2 days: schools", 2, 2


@reminders.register
class VolunteerIn14Days(_VolunteerSoon):
    name, label, days, lead_days = "events.volunteer_in_14_days", "Challenge in 14 days: volunteers", 14, 14


@reminders.register
class VolunteerIn2Days(_VolunteerSoon):
    name, label, days, lead_days = "events.volunteer_in_2_days", "Challenge in 2 days: volunteers", 2, 2
