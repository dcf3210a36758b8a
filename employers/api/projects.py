"""Live projects with a funder."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.context import NETWORK_ID, acting_institute
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Ref, Refs, Text
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.models import Institute
from crm.identity.roles import Permission
from employers.actions.projects import add_project, change_project, join_project, leave_project
from employers.api.contacts import Named
from employers.forms.facts import ProjectFilters
from employers.models import Employer, LiveProject, ProjectEmployer
from employers.reads.facts import projects_shown


class ParticipantAnswer(Answer):
    """An employer's part in a project."""

    employer = Named()
    part = Choice(ProjectEmployer.Part.choices)


class OtherInstitute(Answer):
    """Another institute in a project, as this one knows it."""

    id = serializers.UUIDField(source="other_id")
    name = serializers.CharField(source="other.name")


class ProjectAnswer(Answer):
    """What this institute knows of a project. Others in it have an entry of their own."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    funder = serializers.CharField()
    reference = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    employers = ParticipantAnswer(many=True, source="participants")
    institutes = OtherInstitute(many=True, source="other_institutes")
    updated_at = Moment()


class ProjectFacts(Body):
    """Facts of a project; those left out stay as they are. Naming other institutes shows them nothing."""

    title = Text()
    funder = Text(max_length=120)
    reference = Text(max_length=60, required=False)
    starts_on = Day(required=False, allow_null=True)
    ends_on = Day(required=False, allow_null=True)
    institutes = Refs(lambda: Institute.objects.exclude(pk__in=[NETWORK_ID, acting_institute()]), required=False)


class JoinBody(Body):
    """As a partner, unless said."""

    employer = Ref(lambda: Employer.objects.all())
    part = Choice(ProjectEmployer.Part.choices, required=False)


class LeaveBody(Body):
    employer = Ref(lambda: Employer.objects.all())


@api_resources.register
class Projects(Resource):
    """Projects with a funder that employers and institutes share, by title."""

    path, label, order = "projects", "Live projects", 22
    permission = Permission.SEE_EMPLOYERS
    answer = ProjectAnswer
    filter_class = ProjectFilters

    def rows(self) -> QuerySet[LiveProject]:
        return projects_shown(self.user, {})

    def shown(self, filters: dict[str, Any]) -> QuerySet[LiveProject]:
        return projects_shown(self.user, filters)

    @creates(ProjectFacts, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> LiveProject:
        """Note a project."""
        return add_project(by=self.user, **facts)

    @changes(ProjectFacts, permission=Permission.EDIT_EMPLOYERS)
    def change(self, project: LiveProject, facts: dict[str, Any]) -> LiveProject:
        """Change a project."""
        return change_project(project=project, by=self.user, **facts)

    @acts("join", permission=Permission.EDIT_EMPLOYERS, body=JoinBody)
    def join(self, project: LiveProject, facts: dict[str, Any]) -> LiveProject:
        """Let an employer take part, or take another part."""
        return join_project(project=project, by=self.user, **facts).project

    @acts("leave", permission=Permission.EDIT_EMPLOYERS, body=LeaveBody)
    def leave(self, project: LiveProject, facts: dict[str, Any]) -> LiveProject:
        """Take an employer out."""
        leave_project(project=project, by=self.user, **facts)
        return project
