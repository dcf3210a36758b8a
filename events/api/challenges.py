"""STE(A)M challenges: planned, opened, held; and what they cost."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Pence, Person, Ref, Text, Whole
from crm.core.api.operations import acts, asks, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from events import reads
from events.actions.challenges import change_challenge, plan_challenge, record_challenge_cost, set_challenge_state
from events.models import Challenge, ChallengeCost
from sponsorships.api.parts import Currency, NamedRow
from sponsorships.models import Fund


class ChallengeAnswer(Answer):
    """One day on which school groups come. One place is one school's group."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    brief = serializers.CharField()
    state = Choice(Challenge.State.choices)
    starts_at = Moment()
    ends_at = Moment()
    venue = serializers.CharField()
    places = serializers.IntegerField()
    places_left = serializers.IntegerField()
    groups = serializers.IntegerField(help_text="Booked, or came.")
    waiting = serializers.IntegerField(help_text="Groups on the waiting list.")
    pupils = serializers.IntegerField(help_text="Booked by those groups.")
    year_group = serializers.IntegerField()
    pupils_per_adult = serializers.IntegerField()
    fund = NamedRow(allow_null=True)
    owner = Person()
    is_illustrative = serializers.BooleanField()
    source = serializers.CharField()
    updated_at = Moment()


class CostAnswer(Answer):
    """Money spent on a challenge, and the journal's entry of it."""

    id = serializers.UUIDField()
    what = serializers.CharField()
    pence = serializers.IntegerField()
    spent_on = serializers.DateField()
    entry = serializers.UUIDField(source="entry_id", allow_null=True)
    currency = Currency()


class CostsAnswer(Answer):
    """What a challenge cost by now."""

    items = CostAnswer(many=True)
    total_pence = serializers.IntegerField()
    currency = Currency()


class EncounterAnswer(Answer):
    """What a school may show for its careers programme: a year group met so many employers for so long."""

    school = serializers.CharField()
    urn = serializers.CharField()
    day = serializers.DateField()
    challenge = serializers.CharField()
    year_group = serializers.IntegerField()
    pupils = serializers.IntegerField()
    employers = serializers.IntegerField()
    minutes = serializers.IntegerField()


class EncountersAnswer(Answer):
    """One line per school that came."""

    items = EncounterAnswer(many=True)


class NewChallenge(Body):
    """What, when, where, for how many groups, paid from which fund. Name no pupil."""

    title = Text(max_length=160)
    brief = Text(required=False, max_length=4000)
    starts_at = Moment()
    ends_at = Moment()
    venue = Text()
    places = Whole(min_value=1, max_value=500)
    year_group = Whole(required=False, min_value=7, max_value=13)
    pupils_per_adult = Whole(required=False, min_value=1, max_value=30)
    fund = Ref(lambda: Fund.objects.open(), required=False, allow_null=True)


class StateBody(Body):
    """Open or close booking, mark as held, or cancel."""

    state = Choice([choice for choice in Challenge.State.choices if choice[0] != Challenge.State.PLANNED])


class CostBody(Body):
    """What was paid for, out of the challenge's fund. Today unless `spent_on` says when."""

    what = Text(max_length=160)
    pence = Pence()
    spent_on = Day(required=False)


class ChallengeFilters(forms.Form):
    when = forms.ChoiceField(
        required=False,
        choices=[("upcoming", "Upcoming"), ("past", "Past")],
        help_text="upcoming (soonest first) or past (latest first). All, earliest first, when left out.",
    )
    state = forms.ChoiceField(required=False, choices=Challenge.State.choices)


@api_resources.register
class Challenges(Resource):
    """STE(A)M challenges with how many groups are booked."""

    path, label, order = "challenges", "Challenges", 50
    permission = Permission.SEE_CHALLENGES
    answer = ChallengeAnswer
    parts = ("bookings__updated_at",)
    filter_class = ChallengeFilters
    field_names = {"occurred_on": "spent_on", "memo": "what"}

    def rows(self) -> QuerySet[Challenge]:
        return Challenge.objects.visible_to(self.user).with_numbers().select_related("fund", "owner")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Challenge]:
        rows = self.rows().order_by("starts_at", "id")
        if filters["when"]:
            rows = rows.upcoming() if filters["when"] == "upcoming" else rows.past()
        return rows.filter(state=filters["state"]) if filters["state"] else rows

    def complete(self, rows: Sequence[Challenge]) -> None:
        for row in rows:
            row.places_left = max(0, row.places - row.groups)

    @creates(NewChallenge, permission=Permission.EDIT_CHALLENGES)
    def create(self, facts: dict[str, Any]) -> Challenge:
        """Plan a challenge. It is opened for booking afterwards."""
        return plan_challenge(by=self.user, **facts)

    @changes(NewChallenge, permission=Permission.EDIT_CHALLENGES)
    def change(self, challenge: Challenge, facts: dict[str, Any]) -> Challenge:
        """Change a challenge. Reminders follow a new date by themselves."""
        return change_challenge(challenge=challenge, by=self.user, **facts)

    @acts("state", permission=Permission.EDIT_CHALLENGES, body=StateBody)
    def set_state(self, challenge: Challenge, facts: dict[str, Any]) -> Challenge:
        """Open or close booking, mark as held, or cancel."""
        return set_challenge_state(challenge=challenge, by=self.user, **facts)

    @asks("costs", permission=Permission.SEE_CHALLENGES, answer=CostsAnswer, on_row=True)
    def costs(self, challenge: Challenge) -> dict[str, Any]:
        """Read what a challenge cost."""
        costs, total = reads.costs_of(challenge)
        return {"items": costs, "total_pence": total}

    @acts("costs", permission=Permission.EDIT_CHALLENGES, body=CostBody, answer=CostAnswer, status=201)
    def add_cost(self, challenge: Challenge, facts: dict[str, Any]) -> ChallengeCost:
        """Record a cost, taken from the challenge's fund. Refused when that has less, saying how much is left."""
        return record_challenge_cost(challenge=challenge, by=self.user, **facts)

    @asks("encounters", permission=Permission.SEE_CHALLENGES, answer=EncountersAnswer, on_row=True)
    def encounters(self, challenge: Challenge) -> dict[str, Any]:
        """Read whom the schools that came have met, for their careers leaders."""
        return {"items": reads.encounters(challenge)}
