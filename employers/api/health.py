"""How relationships stand, and by which rules."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Moment, Person, Whole
from crm.core.api.operations import creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import set_health_rules
from employers.models import EmployerHealth, HealthRules


class HealthShort(Answer):
    """How the relationship stands: 100 points less those of every reason. Null until a worker was there."""

    level = Choice(EmployerHealth.Level.choices)
    score = serializers.IntegerField()
    computed_at = Moment(allow_null=True)


class ReasonAnswer(Answer):
    """Why points are taken away, the day it speaks of, and the row behind it; no row if you may not see such."""

    rule = serializers.CharField()
    says = serializers.CharField()
    points = serializers.IntegerField()
    on = serializers.DateField(allow_null=True)
    about_type = serializers.CharField(allow_null=True)
    about_id = serializers.UUIDField(allow_null=True)


class HealthAnswer(HealthShort):
    """The same with every reason and the version of the rules."""

    level = Choice(EmployerHealth.Level.choices, source="row.level")
    score = serializers.IntegerField(source="row.score")
    computed_at = Moment(source="row.computed_at", allow_null=True)
    rules_version = serializers.IntegerField(source="row.rules_version")
    reasons = ReasonAnswer(many=True)


class HealthRulesAnswer(Answer):
    """One version of the rules. The highest is in force; while there is none, the defaults of the schema are."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    slows_after_days = serializers.IntegerField()
    slows_points = serializers.IntegerField()
    quiet_after_days = serializers.IntegerField()
    quiet_points = serializers.IntegerField()
    our_promise_points = serializers.IntegerField()
    their_promise_points = serializers.IntegerField()
    most_promises = serializers.IntegerField()
    renewal_lead_days = serializers.IntegerField()
    renewal_points = serializers.IntegerField()
    single_contact_points = serializers.IntegerField()
    watch_below = serializers.IntegerField()
    attention_below = serializers.IntegerField()
    made_by = Person(allow_null=True)
    made_at = Moment()


def _points() -> Whole:
    return Whole(required=False, min_value=0, max_value=100)


def _days() -> Whole:
    return Whole(required=False, min_value=1, max_value=730)


class NewHealthRules(Body):
    """What is left out stays as it is. `replaces` is the version you read, 0 while there is none."""

    replaces = Whole(min_value=0, max_value=1_000_000)
    slows_after_days = _days()
    slows_points = _points()
    quiet_after_days = _days()
    quiet_points = _points()
    our_promise_points = _points()
    their_promise_points = _points()
    most_promises = Whole(required=False, min_value=1, max_value=20)
    renewal_lead_days = _days()
    renewal_points = _points()
    single_contact_points = _points()
    watch_below = _points()
    attention_below = _points()


@api_resources.register
class HealthRulesOfHere(Resource):
    """The rules by which relationships are judged, newest first."""

    path, label, order = "health-rules", "Rules of relationship health", 15
    permission = Permission.SEE_EMPLOYERS
    answer = HealthRulesAnswer

    def rows(self) -> QuerySet[HealthRules]:
        return HealthRules.objects.visible_to(self.user).select_related("made_by")

    @creates(NewHealthRules, permission=Permission.SET_HEALTH_RULES)
    def create(self, facts: dict[str, Any]) -> HealthRules:
        """Put new rules in force. Every employer is judged anew in the background."""
        return set_health_rules(by=self.user, **facts)
