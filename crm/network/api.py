"""What is shared between institutes, by the same rules as on the pages."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Ref, Text
from crm.core.api.operations import acts, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.models import Institute
from crm.identity.roles import Permission
from crm.network.actions import (
    accept_share,
    decline_share,
    propose_share,
    read_share,
    return_share,
    revoke_share,
)
from crm.network.actions.shares import Terms
from crm.network.models import Share, SharedCopy, ShareState


class SharingInstitute(Answer):
    """An institute, or the network."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    short_name = serializers.CharField()


class TermsAnswer(Answer):
    """What both sides agreed to: names of fields, and the last day."""

    id = serializers.UUIDField()
    label = serializers.CharField()
    object_type = serializers.CharField()
    fields_shared = serializers.ListField(child=serializers.CharField(), source="fields")
    purpose = serializers.CharField()
    until = serializers.DateField()
    state = Choice(ShareState.choices)
    is_in_force = serializers.BooleanField()
    proposed_at = Moment()
    ended_at = Moment(allow_null=True)


class ShareAnswer(TermsAnswer):
    """Facts of a record that this institute lets another read."""

    object_id = serializers.UUIDField()
    receiver = SharingInstitute()


class CopyAnswer(TermsAnswer):
    """What another institute offers or shares. Its facts are read apart, because each reading is kept."""

    giver = SharingInstitute()


class NewShare(Body):
    """Facts of one record, for one institute or the network, until the end of a day within two years."""

    object_type = Text(max_length=60)
    object_id = serializers.UUIDField()
    fields_shared = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50)
    receiver = Ref(lambda: Institute.objects.filter(is_live=True))
    until = Day()
    purpose = Text(required=False, max_length=300)


class ContentAnswer(Answer):
    """The facts by field name, in words; "" where nothing is recorded."""

    values = serializers.DictField(child=serializers.CharField(allow_blank=True))


@api_resources.register
class Shares(Resource):
    """What this institute lets others read."""

    path, label, order = "shares", "Shares", 90
    permission = Permission.SEE_SHARES
    answer = ShareAnswer

    def rows(self) -> QuerySet[Share]:
        return Share.objects.visible_to(self.user).select_related("receiver")

    @creates(NewShare, permission=Permission.SHARE)
    def create(self, facts: dict[str, Any]) -> Share:
        """Offer facts of a record. They are read once the other side has accepted."""
        about = {"object_type": facts.pop("object_type"), "object_id": facts.pop("object_id")}
        terms = Terms(fields=facts.pop("fields_shared"), **facts)
        return propose_share(**about, terms=terms, by=self.user)

    @acts("end", permission=Permission.SHARE)
    def end(self, share: Share) -> Share:
        """Take back what is offered or shared. The other side's copy goes at once."""
        revoke_share(share=share, by=self.user)
        return self.rows().get(pk=share.pk)


@api_resources.register
class SharedWithUs(Resource):
    """What other institutes offer to this one, and share with it."""

    path, label, order = "shared-with-us", "Shared with us", 91
    permission = Permission.SEE_SHARES
    answer = CopyAnswer

    def rows(self) -> QuerySet[SharedCopy]:
        return SharedCopy.objects.visible_to(self.user).select_related("giver")

    @acts("accept", permission=Permission.SHARE)
    def accept(self, copy: SharedCopy) -> SharedCopy:
        """Accept what is offered."""
        accept_share(copy=copy, by=self.user)
        return self.rows().get(pk=copy.pk)

    @acts("decline", permission=Permission.SHARE)
    def decline(self, copy: SharedCopy) -> SharedCopy:
        """Do not take what is offered."""
        decline_share(copy=copy, by=self.user)
        return self.rows().get(pk=copy.pk)

    @acts("end", permission=Permission.SHARE)
    def end(self, copy: SharedCopy) -> SharedCopy:
        """Stop reading what is shared. The copy goes at once."""
        return_share(copy=copy, by=self.user)
        return self.rows().get(pk=copy.pk)

    @acts("read", permission=Permission.SEE_SHARES, answer=ContentAnswer)
    def read(self, copy: SharedCopy) -> Any:
        """Read the facts. That they were read is kept on both sides."""
        return {"values": read_share(copy=copy, by=self.user)}
