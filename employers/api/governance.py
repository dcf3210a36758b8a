"""Bodies of the institute, seats of employers in them, and who came."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Choice, Day, Moment, Ref, Refs, Text
from crm.core.api.fields import Body as RequestBody
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions.governance import change_seat, give_seat, name_body, record_meeting
from employers.api.contacts import Named
from employers.forms.facts import SeatFilters
from employers.models import Attendance, Body, BodyMeeting, Contact, Seat
from employers.reads.facts import bodies_shown, seats_held, seats_shown


class BodyAnswer(Answer):
    """A board, committee or panel in which employers have a say."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    updated_at = Moment()


class BodyName(RequestBody):
    name = Text(max_length=120)


@api_resources.register
class Bodies(Resource):
    """Boards, committees and panels in which employers have a say."""

    path, label, order = "bodies", "Bodies", 17
    permission = Permission.SEE_EMPLOYERS
    answer = BodyAnswer

    def rows(self) -> QuerySet[Body]:
        return bodies_shown(self.user)

    @creates(BodyName, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> Body:
        """Set up a body."""
        return name_body(by=self.user, **facts)

    @changes(BodyName, permission=Permission.EDIT_EMPLOYERS)
    def change(self, body: Body, facts: dict[str, Any]) -> Body:
        """Call a body otherwise."""
        return name_body(body=body, by=self.user, **{"name": body.name, **facts})


class SeatAnswer(Answer):
    """A person of an employer in a body for a time, and how often they came."""

    id = serializers.UUIDField()
    body = Named()
    employer = Named()
    contact = Named()
    role = Choice(Seat.Role.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    came_to = serializers.IntegerField()
    could_come = serializers.IntegerField()
    updated_at = Moment()


class SeatFacts(RequestBody):
    """Facts of a seat; those left out stay as they are. A seat is left by giving it an end."""

    role = Choice(Seat.Role.choices, required=False)
    starts_on = Day(required=False)
    ends_on = Day(required=False, allow_null=True)


class NewSeat(SeatFacts):
    """A member from today on, unless said."""

    body = Ref(lambda: Body.objects.all())
    contact = Ref(lambda: Contact.objects.all())


@api_resources.register
class Seats(Resource):
    """Who of which employer sits in which body, by body."""

    path, label, order = "seats", "Seats", 18
    permission = Permission.SEE_EMPLOYERS
    answer = SeatAnswer
    filter_class = SeatFilters

    def rows(self) -> QuerySet[Seat]:
        return seats_held().visible_to(self.user)

    def shown(self, filters: dict[str, Any]) -> QuerySet[Seat]:
        return seats_shown(self.user, filters)

    @creates(NewSeat, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> Seat:
        """Give a seat."""
        return give_seat(by=self.user, **facts)

    @changes(SeatFacts, permission=Permission.EDIT_EMPLOYERS)
    def change(self, seat: Seat, facts: dict[str, Any]) -> Seat:
        """Change a seat, or end it."""
        return change_seat(seat=seat, by=self.user, **facts)


class AttendanceAnswer(Answer):
    """Whether the holder of a seat came."""

    seat = serializers.UUIDField(source="seat_id")
    came = Choice(Attendance.Came.choices)


class MeetingAnswer(Answer):
    """A day on which a body met, and who came."""

    id = serializers.UUIDField()
    body = Named()
    held_on = serializers.DateField()
    attendance = AttendanceAnswer(many=True)
    updated_at = Moment()


class MeetingFacts(RequestBody):
    """Every other seat held that day counts as not there. Sent again for the same day, it replaces what was said."""

    body = Ref(lambda: Body.objects.all())
    held_on = Day()
    came = Refs(lambda: Seat.objects.all())
    apologies = Refs(lambda: Seat.objects.all(), required=False)


class MeetingFilters(forms.Form):
    body = forms.UUIDField(required=False, help_text="Of this body.")


@api_resources.register
class BodyMeetings(Resource):
    """Meetings of bodies with attendance, the latest first."""

    path, label, order = "body-meetings", "Meetings of bodies", 19
    permission = Permission.SEE_EMPLOYERS
    answer = MeetingAnswer
    filter_class = MeetingFilters

    def rows(self) -> QuerySet[BodyMeeting]:
        return BodyMeeting.objects.visible_to(self.user).select_related("body").prefetch_related("attendance")

    def shown(self, filters: dict[str, Any]) -> QuerySet[BodyMeeting]:
        return self.rows().filter(body=filters["body"]) if filters["body"] else self.rows()

    @acts("record", permission=Permission.EDIT_EMPLOYERS, body=MeetingFacts, on_row=False)
    def record(self, facts: dict[str, Any]) -> BodyMeeting:
        """Say who came when a body met."""
        return record_meeting(by=self.user, **facts)
