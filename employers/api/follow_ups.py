"""Next steps."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Day, Moment, Person, Ref, Text
from crm.core.api.operations import acts, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import (
    add_follow_up,
    complete_follow_up,
    drop_follow_up,
    reassign_follow_up,
    snooze_follow_up,
)
from employers.api.contacts import Named
from employers.models import Employer, FollowUp
from employers.reads.people import colleagues


class FollowUpAnswer(Answer):
    """A next step with an owner and a due date that is a working day."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    due_on = serializers.DateField()
    owner = Person()
    employer = Named(allow_null=True)
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    created_at = Moment()
    done_at = Moment(allow_null=True)
    done_by = Person(allow_null=True)
    dropped_reason = serializers.CharField()
    updated_at = Moment()


class NewFollowUp(Body):
    """For `owner`, or else for whoever adds it. A weekend or bank holiday moves to the next working day."""

    employer = Ref(lambda: Employer.objects.all())
    title = Text()
    due_on = Day()
    owner = Ref(colleagues, required=False)


class SnoozeBody(Body):
    due_on = Day()


class HandOverBody(Body):
    owner = Ref(colleagues)


class DropBody(Body):
    reason = Text()


class FollowUpFilters(forms.Form):
    owner = forms.UUIDField(required=False, help_text="Of this colleague.")
    employer = forms.UUIDField(required=False, help_text="About this employer.")
    state = forms.ChoiceField(
        required=False,
        choices=[("open", "Open"), ("due", "Due"), ("overdue", "Overdue"), ("closed", "Done or dropped")],
        help_text="open, due (today or before), overdue, or closed. All when left out.",
    )


@api_resources.register
class FollowUps(Resource):
    """What somebody promised to do next, by the day it is due."""

    path, label, order = "follow-ups", "Follow-ups", 13
    permission = Permission.SEE_EMPLOYERS
    answer = FollowUpAnswer
    filter_class = FollowUpFilters

    def rows(self) -> QuerySet[FollowUp]:
        return FollowUp.objects.visible_to(self.user).select_related("employer", "owner", "done_by")

    def shown(self, filters: dict[str, Any]) -> QuerySet[FollowUp]:
        rows = self.rows()
        shown = {
            "open": rows.open,
            "due": rows.due,
            "overdue": rows.overdue,
            "closed": lambda: rows.exclude(done_at=None),
        }.get(filters["state"], rows.all)()
        return shown.filter(**{name: filters[name] for name in ("owner", "employer") if filters[name]})

    @creates(NewFollowUp, permission=Permission.LOG_ENGAGEMENTS)
    def create(self, facts: dict[str, Any]) -> FollowUp:
        """Promise a next step with an employer."""
        return add_follow_up(by=self.user, **{"owner": self.user, **facts})

    @acts("done", permission=Permission.LOG_ENGAGEMENTS)
    def done(self, follow_up: FollowUp) -> FollowUp:
        """Mark a next step as done."""
        return complete_follow_up(follow_up=follow_up, by=self.user)

    @acts("snooze", permission=Permission.LOG_ENGAGEMENTS, body=SnoozeBody)
    def snooze(self, follow_up: FollowUp, facts: dict[str, Any]) -> FollowUp:
        """Move a next step to another day."""
        return snooze_follow_up(follow_up=follow_up, by=self.user, **facts)

    @acts("hand-over", permission=Permission.LOG_ENGAGEMENTS, body=HandOverBody)
    def hand_over(self, follow_up: FollowUp, facts: dict[str, Any]) -> FollowUp:
        """Give a next step to a colleague."""
        return reassign_follow_up(follow_up=follow_up, by=self.user, **facts)

    @acts("drop", permission=Permission.LOG_ENGAGEMENTS, body=DropBody)
    def drop(self, follow_up: FollowUp, facts: dict[str, Any]) -> FollowUp:
        """Let a next step go, saying why."""
        return drop_follow_up(follow_up=follow_up, by=self.user, **facts)
