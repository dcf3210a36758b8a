"""What was said."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Person, Ref, Refs, Text, Whole
from crm.core.api.operations import creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import log_engagement
from employers.api.contacts import Named
from employers.models import Contact, Employer, Engagement
from employers.reads.people import colleagues
from employers.validators import NextStep


class EngagementAnswer(Answer):
    """A conversation that took place."""

    id = serializers.UUIDField()
    employer = Named()
    kind = Choice(Engagement.Kind.choices)
    happened_at = Moment()
    summary = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)
    by = Person()
    contacts = Named(many=True)
    updated_at = Moment()


class NextStepBody(Body):
    """What comes next, for `owner` or else for whoever logs it."""

    title = Text()
    due_on = Day()
    owner = Ref(colleagues, required=False)


class NewEngagement(Body):
    """A call, meeting, visit or note; now unless `happened_at` says when."""

    employer = Ref(lambda: Employer.objects.all())
    kind = Choice(Engagement.Kind.choices)
    summary = Text(max_length=4000)
    happened_at = Moment(required=False)
    minutes = Whole(required=False, allow_null=True, min_value=1, max_value=24 * 60)
    contacts = Refs(lambda: Contact.objects.all(), required=False)
    next_step = NextStepBody(required=False)


class EngagementFilters(forms.Form):
    employer = forms.UUIDField(required=False, help_text="With this employer.")
    kind = forms.ChoiceField(required=False, choices=Engagement.Kind.choices)


@api_resources.register
class Engagements(Resource):
    """Calls, meetings, visits and notes, the latest first."""

    path, label, order = "engagements", "Engagements", 12
    permission = Permission.SEE_EMPLOYERS
    answer = EngagementAnswer
    filter_class = EngagementFilters

    def rows(self) -> QuerySet[Engagement]:
        said = Engagement.objects.visible_to(self.user)
        return said.select_related("employer", "by").prefetch_related("contacts")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Engagement]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    @creates(NewEngagement, permission=Permission.LOG_ENGAGEMENTS)
    def create(self, facts: dict[str, Any]) -> Engagement:
        """Log a conversation, and the next step with it."""
        step = facts.pop("next_step", None)
        if step:
            facts["next_step_owner"] = step.pop("owner", None)
            facts["next_step"] = NextStep(asked_on=step["due_on"], **step)
        return log_engagement(by=self.user, **facts)
