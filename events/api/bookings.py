"""School groups on challenges, by headcount. There is no field for a pupil's name, on purpose."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.errors import DomainError, OverLimit
from crm.core.api.fields import Answer, Body, Choice, Flag, Moment, Ref, Whole
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.models import Contact
from events.actions.bookings import book_group, change_group, record_attendance, withdraw_group
from events.api.schools import schools
from events.models import Challenge, GroupBooking
from sponsorships.api.parts import NamedRow, TitledRow

NUMBERS = ("pupils", "adults", "step_free", "dietary", "support_places")


class GroupBookingAnswer(Answer):
    """A school's group: everything about pupils is a count."""

    id = serializers.UUIDField()
    challenge = TitledRow()
    school = NamedRow()
    contact = NamedRow(help_text="The lead teacher, who gets the reminders.")
    pupils = serializers.IntegerField()
    adults = serializers.IntegerField()
    step_free = serializers.IntegerField()
    dietary = serializers.IntegerField()
    support_places = serializers.IntegerField()
    attended_pupils = serializers.IntegerField(allow_null=True)
    state = Choice(GroupBooking.State.choices)
    booked_at = Moment()
    updated_at = Moment()


class NumbersBody(Body):
    """How many come, and what they need."""

    pupils = Whole(min_value=1, max_value=400)
    adults = Whole(min_value=1, max_value=100)
    step_free = Whole(required=False, min_value=0, max_value=400)
    dietary = Whole(required=False, min_value=0, max_value=400)
    support_places = Whole(required=False, min_value=0, max_value=400)


class NewGroupBooking(NumbersBody):
    """A school's group, and the teacher there to write to: add them as a contact of the school first."""

    challenge = Ref(lambda: Challenge.objects.all())
    school = Ref(schools)
    contact = Ref(lambda: Contact.objects.all())
    join_waiting_list = Flag(required=False, help_text="Wait when all places are taken.")


class CheckInBody(Body):
    """How many pupils came; 0 if the group did not."""

    attended_pupils = Whole(min_value=0, max_value=800)


class BookingFilters(forms.Form):
    challenge = forms.UUIDField(required=False, help_text="On this challenge.")
    school = forms.UUIDField(required=False, help_text="Of this school.")
    state = forms.ChoiceField(required=False, choices=GroupBooking.State.choices)


@api_resources.register
class GroupBookings(Resource):
    """School groups on challenges, in the order in which they were booked."""

    path, label, order = "group-bookings", "Group bookings", 51
    permission = Permission.SEE_CHALLENGES
    answer = GroupBookingAnswer
    filter_class = BookingFilters

    def rows(self) -> QuerySet[GroupBooking]:
        return GroupBooking.objects.visible_to(self.user).select_related("challenge", "school", "contact")

    def shown(self, filters: dict[str, Any]) -> QuerySet[GroupBooking]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    def members_of(self, refusal: DomainError) -> dict[str, Any]:
        # A group comes whole and takes one place, so one that is refused found none.
        return {"places_left": 0} if isinstance(refusal, OverLimit) else {}

    @creates(NewGroupBooking, permission=Permission.EDIT_CHALLENGES)
    def create(self, facts: dict[str, Any]) -> GroupBooking:
        """Book a school's group.

        Refused when all places are taken (`places_left` is then 0), unless it may join the waiting list.
        """
        return book_group(by=self.user, **facts)

    @changes(NumbersBody, permission=Permission.EDIT_CHALLENGES)
    def change(self, booking: GroupBooking, facts: dict[str, Any]) -> GroupBooking:
        """Change the numbers of a group that has not come yet."""
        numbers = {name: facts.get(name, getattr(booking, name)) for name in NUMBERS}
        return change_group(booking=booking, by=self.user, **numbers)

    @acts("withdraw", permission=Permission.EDIT_CHALLENGES)
    def withdraw(self, booking: GroupBooking) -> GroupBooking:
        """Take a group off. Its place goes to the first group waiting."""
        return withdraw_group(booking=booking, by=self.user)

    @acts("check-in", permission=Permission.EDIT_CHALLENGES, body=CheckInBody)
    def check_in(self, booking: GroupBooking, facts: dict[str, Any]) -> GroupBooking:
        """Say how many pupils came."""
        return record_attendance(booking=booking, pupils=facts["attended_pupils"], by=self.user)
