"""Whom employers look for."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Ref, Text, Whole
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions.skills import change_skills_need, close_skills_need, meet_skills_need, note_skills_need
from employers.api.contacts import Named
from employers.forms.facts import SkillsFilters
from employers.models import Employer, SkillsNeed
from employers.reads.facts import skills_shown


class SkillsAnswer(Answer):
    """So many people with certain skills, at a level of qualification, by a day."""

    id = serializers.UUIDField()
    employer = Named()
    roles = serializers.CharField()
    sector = serializers.CharField()
    level = serializers.IntegerField()
    headcount = serializers.IntegerField()
    needed_by = serializers.DateField()
    state = Choice(SkillsNeed.State.choices)
    settled_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    updated_at = Moment()


class SkillsFacts(Body):
    """Facts of an open need; those left out stay as they are."""

    roles = Text()
    level = Whole(min_value=2, max_value=8)
    headcount = Whole(min_value=1, max_value=100_000)
    needed_by = Day()
    sector = Text(max_length=80, required=False)


class NewSkillsNeed(SkillsFacts):
    """In the employer's own sector, unless said."""

    employer = Ref(lambda: Employer.objects.all())


class CloseBody(Body):
    reason = Text()


@api_resources.register
class SkillsNeeds(Resource):
    """Whom employers look for, the soonest needed first."""

    path, label, order = "skills-needs", "Skills needs", 21
    permission = Permission.SEE_EMPLOYERS
    answer = SkillsAnswer
    filter_class = SkillsFilters

    def rows(self) -> QuerySet[SkillsNeed]:
        return skills_shown(self.user, {"state": "all"})

    def shown(self, filters: dict[str, Any]) -> QuerySet[SkillsNeed]:
        return skills_shown(self.user, filters)

    @creates(NewSkillsNeed, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> SkillsNeed:
        """Note whom an employer looks for."""
        return note_skills_need(by=self.user, **facts)

    @changes(SkillsFacts, permission=Permission.EDIT_EMPLOYERS)
    def change(self, need: SkillsNeed, facts: dict[str, Any]) -> SkillsNeed:
        """Change an open need."""
        return change_skills_need(need=need, by=self.user, **facts)

    @acts("met", permission=Permission.EDIT_EMPLOYERS)
    def met(self, need: SkillsNeed) -> SkillsNeed:
        """Say that they found their people."""
        return meet_skills_need(need=need, by=self.user)

    @acts("close", permission=Permission.EDIT_EMPLOYERS, body=CloseBody)
    def close(self, need: SkillsNeed, facts: dict[str, Any]) -> SkillsNeed:
        """Say that they look no more, and why."""
        return close_skills_need(need=need, by=self.user, **facts)
