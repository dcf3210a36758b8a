"""What happened, in the order in which it became known: for programs that keep up with the institute."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Moment
from crm.core.api.operations import asks
from crm.core.api.pagination import DEFAULT_SIZE, LARGEST_SIZE
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from crm.outbox.models import Entry


class EventAnswer(Answer):
    """A recorded fact. `data` holds ids, pence, dates and the like: no address, no note, no learner."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    type = serializers.CharField()
    version = serializers.IntegerField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    actor_id = serializers.UUIDField(allow_null=True)
    request_id = serializers.CharField()
    recorded_at = Moment()
    data = serializers.JSONField(source="payload")


class EventsAnswer(Answer):
    """A page of the feed. Ask again with `after` set to `next_after`, at once while `has_more`, else later."""

    items = EventAnswer(many=True)
    next_after = serializers.IntegerField()
    has_more = serializers.BooleanField()


class FeedQuery(forms.Form):
    after = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**62,
        help_text="The position read last; from the oldest kept if left out.",
    )
    type = forms.CharField(required=False, max_length=80, help_text="Facts of this type alone.")
    page_size = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_SIZE)


@api_resources.register
class Events(Resource):
    """What happened in the institute, for 30 days, each fact once and in one order.

    A position is given after the fact is committed, by one writer, so none ever appears below one already read.
    """

    path, label, order = "events", "Events", 72
    permission = Permission.SEE_AUDIT
    answer = EventAnswer
    has_list = has_rows = False

    @asks("", permission=Permission.SEE_AUDIT, answer=EventsAnswer, filters=FeedQuery)
    def feed(self, query: dict[str, Any]) -> dict[str, Any]:
        """Read what happened after a position, oldest first."""
        after, size = query["after"] or 0, query["page_size"] or DEFAULT_SIZE
        found: QuerySet[Entry] = Entry.objects.visible_to(self.user).filter(position__gt=after).order_by("position")
        if query["type"]:
            found = found.filter(type=query["type"])
        items = list(found[: size + 1])
        more, items = len(items) > size, items[:size]
        return {"items": items, "next_after": items[-1].position if items else after, "has_more": more}
