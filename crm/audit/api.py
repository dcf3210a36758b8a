"""Who changed what."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.audit.forms import EntryFilter
from crm.audit.models import AuditEntry
from crm.audit.reads import entries, told
from crm.core.api.fields import Answer, Choice, Moment
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission


class ChangeAnswer(Answer):
    """One column, before and after, in words."""

    column = serializers.CharField()
    label = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    is_personal = serializers.BooleanField()


class AuditEntryAnswer(Answer):
    """One row added, changed or removed."""

    id = serializers.UUIDField()
    at = Moment()
    actor_id = serializers.UUIDField(allow_null=True)
    who = serializers.CharField()
    request_id = serializers.CharField()
    table = serializers.CharField(source="table_name")
    row_id = serializers.UUIDField()
    thing = serializers.CharField(help_text="The table in words.")
    name = serializers.CharField(help_text="What the row is called.")
    action = Choice(AuditEntry.Action.choices)
    changes = ChangeAnswer(many=True)
    personal_is_erased = serializers.BooleanField()


@api_resources.register
class AuditEntries(Resource):
    """Every change in the institute, newest first."""

    path, label, order = "audit-entries", "Audit entries", 70
    permission = Permission.SEE_AUDIT
    answer = AuditEntryAnswer
    filter_class = EntryFilter

    def rows(self) -> QuerySet[AuditEntry]:
        return entries()

    def shown(self, filters: dict[str, Any]) -> QuerySet[AuditEntry]:
        return entries(table=filters["table"], actor=filters["who"], since=filters["since"], until=filters["until"])

    def complete(self, rows: Sequence[AuditEntry]) -> None:
        for row, words in zip(rows, told(rows), strict=True):
            row.who, row.thing, row.name = words.who, words.thing, words.name
            row.changes, row.personal_is_erased = words.changes, words.personal_is_erased
