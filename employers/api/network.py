"""What other institutes ask this one to share."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Text
from crm.core.api.operations import acts
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from crm.network.actions import answer_request
from crm.network.api import SharingInstitute
from crm.network.models import ShareRequest
from employers.actions import grant_request


class ShareRequestAnswer(Answer):
    """Another institute asks for what is known of a company; `object_id` is the company's id in the register."""

    id = serializers.UUIDField()
    asking = SharingInstitute()
    object_id = serializers.UUIDField()
    label = serializers.CharField()
    message = serializers.CharField()
    state = Choice(ShareRequest.State.choices)
    asked_at = Moment()


class GrantBody(Body):
    """Names of fields, and the last day."""

    fields_shared = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50)
    until = Day()
    purpose = Text(required=False, max_length=300)


@api_resources.register
class ShareRequests(Resource):
    """What other institutes ask this one to share."""

    path, label, order = "share-requests", "Requests to share", 92
    permission = Permission.SEE_SHARES
    answer = ShareRequestAnswer

    def rows(self) -> QuerySet[ShareRequest]:
        return ShareRequest.objects.visible_to(self.user).select_related("asking")

    @acts("grant", permission=Permission.SHARE, body=GrantBody)
    def grant(self, request: ShareRequest, facts: dict[str, Any]) -> ShareRequest:
        """Share the employer that is asked for, at once."""
        grant_request(request=request, fields=facts.pop("fields_shared"), by=self.user, **facts)
        return self.rows().get(pk=request.pk)

    @acts("decline", permission=Permission.SHARE)
    def decline(self, request: ShareRequest) -> ShareRequest:
        """Do not share it. The asking institute is not told."""
        answer_request(request=request, granted=False, by=self.user)
        return self.rows().get(pk=request.pk)
