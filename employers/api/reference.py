"""The public lists that filters and facts are chosen from."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer
from crm.core.api.resources import Resource
from crm.core.models import ReferenceEdition, ReferenceRow
from crm.core.registry import api_resources
from crm.identity.roles import Permission


class ReferenceAnswer(Answer):
    """A line of the current edition of a list. What `parent` and `area` are depends on the list."""

    list = serializers.CharField(source="edition.kind")
    edition = serializers.CharField(source="edition.version")
    code = serializers.CharField()
    name = serializers.CharField()
    parent = serializers.CharField(help_text="The section of a SIC code, the region of an authority or district.")
    area = serializers.CharField(help_text="The LSIP area of an authority or district.")


class ReferenceFilters(forms.Form):
    list = forms.ChoiceField(required=False, choices=ReferenceEdition.Kind.choices)
    code = forms.CharField(required=False, max_length=40)


@api_resources.register
class Reference(Resource):
    """Public lists that all institutes share: SIC, IS-8, routes, regions, LSIP areas, postcode districts."""

    path, label, order = "reference", "Public lists", 19
    permission = Permission.SEE_EMPLOYERS
    answer = ReferenceAnswer
    filter_class = ReferenceFilters
    has_rows = False

    def rows(self) -> QuerySet[ReferenceRow]:
        return ReferenceRow.objects.filter(edition__is_current=True).select_related("edition").order_by("id")

    def shown(self, filters: dict[str, Any]) -> QuerySet[ReferenceRow]:
        rows = self.rows()
        if filters["list"]:
            rows = rows.filter(edition__kind=filters["list"])
        return rows.filter(code=filters["code"]) if filters["code"] else rows
