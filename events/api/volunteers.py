"""Employers' people who help at challenges. Of a check we keep who saw it and when: never its contents."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Flag, Moment, Person, Ref, Text, Whole
from crm.core.api.operations import acts, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.models import Contact
from events.actions.volunteer_gifts import count_volunteer_time
from events.actions.volunteers import (
    MAX_MINUTES,
    answer_invitation,
    invite_volunteer,
    note_check_seen,
    record_volunteer_time,
)
from events.models import Challenge, Volunteer
from sponsorships.api.parts import NamedRow, TitledRow


class VolunteerAnswer(Answer):
    """One person's shift at one challenge."""

    id = serializers.UUIDField()
    challenge = TitledRow()
    contact = NamedRow()
    employer = NamedRow(source="contact.employer")
    role = Choice(Volunteer.Role.choices)
    state = Choice(Volunteer.State.choices)
    invited_at = Moment()
    is_unsupervised = serializers.BooleanField()
    check_seen_on = serializers.DateField(allow_null=True)
    check_seen_by = Person(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    contribution = serializers.UUIDField(
        source="contribution_id", allow_null=True, help_text="The gift in kind that their time was counted as."
    )
    updated_at = Moment()


class NewVolunteer(Body):
    """Who is asked, and to do what."""

    challenge = Ref(lambda: Challenge.objects.all())
    contact = Ref(lambda: Contact.objects.select_related("employer"))
    role = Choice(Volunteer.Role.choices)
    is_unsupervised = Flag(required=False, help_text="Then a check is seen before they are marked as coming.")


class AnswerBody(Body):
    """Whether they come."""

    is_coming = Flag()


class TimeBody(Body):
    """Minutes given on the day."""

    minutes = Whole(min_value=1, max_value=MAX_MINUTES)


class CountTimeBody(Body):
    """A rate of the card that was in force on the day: see `/valuations/rates/`."""

    rate_code = Text(max_length=40)


class VolunteerFilters(forms.Form):
    challenge = forms.UUIDField(required=False, help_text="At this challenge.")
    contact = forms.UUIDField(required=False, help_text="This person.")
    state = forms.ChoiceField(required=False, choices=Volunteer.State.choices)


@api_resources.register
class Volunteers(Resource):
    """Employers' people who help at challenges, by what they do."""

    path, label, order = "volunteers", "Volunteers", 53
    permission = Permission.SEE_CHALLENGES
    answer = VolunteerAnswer
    filter_class = VolunteerFilters

    def rows(self) -> QuerySet[Volunteer]:
        helpers = Volunteer.objects.visible_to(self.user)
        return helpers.select_related("challenge", "contact__employer", "check_seen_by")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Volunteer]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    @creates(NewVolunteer, permission=Permission.EDIT_CHALLENGES)
    def create(self, facts: dict[str, Any]) -> Volunteer:
        """Invite an employer's contact to help."""
        return invite_volunteer(by=self.user, **facts)

    @acts("answer", permission=Permission.EDIT_CHALLENGES, body=AnswerBody)
    def respond(self, volunteer: Volunteer, facts: dict[str, Any]) -> Volunteer:
        """Note a yes or a no."""
        return answer_invitation(volunteer=volunteer, by=self.user, **facts)

    @acts("check-seen", permission=Permission.EDIT_CHALLENGES)
    def check_seen(self, volunteer: Volunteer) -> Volunteer:
        """Note that you saw the check today."""
        return note_check_seen(volunteer=volunteer, by=self.user)

    @acts("time", permission=Permission.EDIT_CHALLENGES, body=TimeBody)
    def time(self, volunteer: Volunteer, facts: dict[str, Any]) -> Volunteer:
        """Note the time given on the day."""
        return record_volunteer_time(volunteer=volunteer, by=self.user, **facts)

    @acts("count-time", permission=Permission.EDIT_CHALLENGES, body=CountTimeBody)
    def count_time(self, volunteer: Volunteer, facts: dict[str, Any]) -> Volunteer:
        """Record the time given as a gift in kind of their employer. It counts once a second person approves it."""
        count_volunteer_time(volunteer=volunteer, by=self.user, **facts)
        return volunteer
