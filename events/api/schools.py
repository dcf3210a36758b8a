"""Schools: rows of the list of providers that all institutes share, with public facts alone."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Text
from crm.core.api.operations import creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.models import Provider
from crm.identity.roles import Permission
from events.actions.schools import add_school


class SchoolAnswer(Answer):
    """A school. People there are contacts: `/contacts/?provider=…`."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = Choice([(kind.value, kind.label) for kind in (Provider.Kind.SCHOOL, Provider.Kind.UTC)])
    urn = serializers.CharField()
    town = serializers.CharField()


class NewSchool(Body):
    """A school; one whose URN is on the list already is answered as it stands."""

    name = Text()
    urn = Text(required=False, max_length=6)
    town = Text(required=False, max_length=100)


class SchoolFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100, help_text="Part of the name.")
    urn = forms.CharField(required=False, max_length=6, help_text="Six digits.")


def schools() -> QuerySet[Provider]:
    """Whose groups come to challenges."""
    return Provider.objects.filter(kind__in=[Provider.Kind.SCHOOL, Provider.Kind.UTC])


@api_resources.register
class Schools(Resource):
    """Schools by name."""

    path, label, order = "schools", "Schools", 52
    permission = Permission.SEE_CHALLENGES
    answer = SchoolAnswer
    filter_class = SchoolFilters

    def rows(self) -> QuerySet[Provider]:
        return schools().order_by("name", "id")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Provider]:
        shown = self.rows()
        if filters["q"]:
            shown = shown.filter(name__icontains=filters["q"])
        return shown.filter(urn=filters["urn"]) if filters["urn"] else shown

    @creates(NewSchool, permission=Permission.EDIT_CHALLENGES)
    def create(self, facts: dict[str, Any]) -> Provider:
        """Add a school to the list."""
        return add_school(by=self.user, **facts)
