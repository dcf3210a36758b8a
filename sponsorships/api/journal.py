"""The journal: every penny that moved."""

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from crm.base.clock import today
from crm.base.errors import Conflict
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Person, Text
from crm.core.api.operations import acts
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from sponsorships.actions.journal import reverse_entry
from sponsorships.api.parts import Currency, NamedRow
from sponsorships.models import Bucket, EntryKind, JournalEntry, Posting

BY_HAND = "sponsorships.fund"  # the source of what was moved on a fund's own page


class PostingAnswer(Answer):
    """So many pence into a bucket of a fund; negative: out of it. Those of an entry sum to zero."""

    fund = NamedRow()
    bucket = Choice(Bucket.choices)
    pence = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text="1, 2, 3 … per fund, in the order of commits.")


class JournalEntryAnswer(Answer):
    """One thing that happened to money. Entries are never changed; one that was wrong is reversed by another."""

    id = serializers.UUIDField()
    kind = Choice(EntryKind.choices)
    occurred_on = serializers.DateField()
    memo = serializers.CharField()
    source_type = serializers.CharField(help_text="What brought it about, with source_id: sponsorships.award, say.")
    source_id = serializers.UUIDField()
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)
    by = Person(allow_null=True)
    at = Moment()
    postings = PostingAnswer(many=True)
    currency = Currency()


class ReverseBody(Body):
    """Why an entry is undone. Today unless `occurred_on` says when."""

    occurred_on = Day(required=False)
    memo = Text(max_length=300)


class JournalFilters(forms.Form):
    fund = forms.UUIDField(required=False, help_text="Entries that touch this fund.")
    kind = forms.ChoiceField(required=False, choices=EntryKind.choices)
    source = forms.UUIDField(required=False, help_text="Brought about by the row of this id, an award say.")


@api_resources.register
class JournalEntries(Resource):
    """Every entry of the journal with its postings, the last one first."""

    path, label, order = "journal-entries", "Journal entries", 32
    permission = Permission.SEE_FUNDS
    answer = JournalEntryAnswer
    filter_class = JournalFilters

    def rows(self) -> QuerySet[JournalEntry]:
        postings = Posting.objects.select_related("fund").order_by("fund_id", "sequence")
        entries = JournalEntry.objects.visible_to(self.user).select_related("by")
        return entries.prefetch_related(Prefetch("postings", postings))

    def shown(self, filters: dict[str, Any]) -> QuerySet[JournalEntry]:
        # By id, which rises with time and has an index.
        shown = self.rows().order_by("-id")
        if filters["fund"]:
            shown = shown.filter(pk__in=Posting.objects.filter(fund=filters["fund"]).order_by().values("entry"))
        wanted = {"kind": filters["kind"], "source_id": filters["source"]}
        return shown.filter(**{name: value for name, value in wanted.items() if value})

    @acts("reverse", permission=Permission.MOVE_MONEY, body=ReverseBody, status=201)
    def reverse(self, entry: JournalEntry, facts: dict[str, Any]) -> JournalEntry:
        """Undo what was moved by hand, by an entry with the signs turned.

        What came from an award, a receipt, an agreement or a challenge is undone there (409).
        """
        if entry.source_type != BY_HAND:
            raise Conflict("This entry was not made by hand. Undo what brought it about: see source_type.")
        return reverse_entry(entry=entry, by=self.user, **{"occurred_on": today(), **facts})
