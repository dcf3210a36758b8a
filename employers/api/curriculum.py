"""What employers change in courses."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Person, Ref, Text
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions.curriculum import (
    adopt_curriculum_input,
    change_curriculum_input,
    decline_curriculum_input,
    propose_curriculum_input,
)
from employers.api.contacts import Named
from employers.forms.facts import CurriculumFilters
from employers.models import CurriculumInput, Employer, Engagement
from employers.reads.facts import curriculum_shown


class CurriculumAnswer(Answer):
    """A change to a course that an employer asked for, and what came of it."""

    id = serializers.UUIDField()
    employer = Named()
    engagement_id = serializers.UUIDField(allow_null=True)
    course = serializers.CharField()
    what_changed = serializers.CharField()
    evidence = serializers.CharField()
    proposed_on = serializers.DateField()
    state = Choice(CurriculumInput.State.choices)
    decided_on = serializers.DateField(allow_null=True)
    decided_by = Person(allow_null=True)
    reason = serializers.CharField()
    updated_at = Moment()


class CurriculumFacts(Body):
    """Facts of a proposal that is not decided; those left out stay as they are."""

    course = Text(max_length=120)
    what_changed = Text(max_length=500)
    evidence = Text(max_length=300, required=False)
    proposed_on = Day(required=False)
    engagement = Ref(lambda: Engagement.objects.all(), required=False, allow_null=True)


class NewCurriculumInput(CurriculumFacts):
    """Proposed today, unless said."""

    employer = Ref(lambda: Employer.objects.all())


class AdoptBody(Body):
    """What shows that the course was changed, unless it is known already."""

    evidence = Text(max_length=300, required=False)
    decided_on = Day(required=False)


class DeclineBody(Body):
    reason = Text()
    decided_on = Day(required=False)


@api_resources.register
class CurriculumInputs(Resource):
    """What employers asked to change in courses, the latest first."""

    path, label, order = "curriculum-inputs", "Curriculum input", 20
    permission = Permission.SEE_EMPLOYERS
    answer = CurriculumAnswer
    filter_class = CurriculumFilters

    def rows(self) -> QuerySet[CurriculumInput]:
        return curriculum_shown(self.user, {})

    def shown(self, filters: dict[str, Any]) -> QuerySet[CurriculumInput]:
        return curriculum_shown(self.user, filters)

    @creates(NewCurriculumInput, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> CurriculumInput:
        """Note what an employer asked to change."""
        return propose_curriculum_input(by=self.user, **facts)

    @changes(CurriculumFacts, permission=Permission.EDIT_EMPLOYERS)
    def change(self, asked: CurriculumInput, facts: dict[str, Any]) -> CurriculumInput:
        """Change a proposal that is not decided."""
        return change_curriculum_input(asked=asked, by=self.user, **facts)

    @acts("adopt", permission=Permission.EDIT_EMPLOYERS, body=AdoptBody)
    def adopt(self, asked: CurriculumInput, facts: dict[str, Any]) -> CurriculumInput:
        """Say that the course was changed, and what shows it."""
        return adopt_curriculum_input(asked=asked, by=self.user, **facts)

    @acts("decline", permission=Permission.EDIT_EMPLOYERS, body=DeclineBody)
    def decline(self, asked: CurriculumInput, facts: dict[str, Any]) -> CurriculumInput:
        """Say that the course stays as it is, and why."""
        return decline_curriculum_input(asked=asked, by=self.user, **facts)
