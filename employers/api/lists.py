"""Tags, views of the list that are kept, and one fact for many employers."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.core.api.fields import Answer, Body, Choice, Flag, Moment, Person, Ref, Refs, Text
from crm.core.api.operations import acts, changes, creates, removes
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import change_in_bulk, keep_view, name_tag, remove_tag, remove_view, rename_tag, undo_bulk_change
from employers.models import BulkChange, Employer, SavedView, Tag, Tier
from employers.reads.bulk_changes import MOST
from employers.reads.list_columns import COLUMNS
from employers.reads.people import colleagues


class TagAnswer(Answer):
    """A label of the institute's for employers."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TagBody(Body):
    name = Text(max_length=40)


class SavedViewAnswer(Answer):
    """A way of looking at the list of employers: its filters and order, and the columns of the page."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    is_shared = serializers.BooleanField(help_text="Colleagues see it too.")
    owner = Person()
    query = serializers.CharField(help_text="Parameters of the list of employers.")
    columns = serializers.ListField(child=serializers.CharField(), help_text="Empty for the usual ones.")


class NewSavedView(Body):
    """One's own of that name is replaced. What the list does not know is left out of the query."""

    name = Text(max_length=60)
    query = Text(required=False, max_length=2000)
    columns = serializers.ListField(child=Choice([(name, name) for name in COLUMNS]), required=False, max_length=30)
    is_shared = Flag(required=False)


class BulkChangeAnswer(Answer):
    """One fact given to many employers at once."""

    id = serializers.UUIDField()
    fact = Choice(BulkChange.Fact.choices)
    value = serializers.UUIDField(allow_null=True, help_text="Of the owner, tier or tag; null is nobody or no tier.")
    changed = serializers.IntegerField(help_text="How many employers were different before.")
    by = Person()
    made_at = Moment()
    undone_at = Moment(allow_null=True)
    restored = serializers.IntegerField(allow_null=True, help_text="How many the undoing gave back what they had.")


class NewBulkChange(Body):
    """`owner`, `tier` or `tag`, as `fact` says, which must be sent: null is nobody, or no tier."""

    fact = Choice(BulkChange.Fact.choices)
    employers = Refs(lambda: Employer.objects.all(), max_length=MOST)
    owner = Ref(colleagues, required=False, allow_null=True)
    tier = Ref(lambda: Tier.objects.all(), required=False, allow_null=True)
    tag = Ref(lambda: Tag.objects.all(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is left out is not meant: an owner that nobody named would be taken off all of them."""
        wanted = "tag" if attrs["fact"] == "untag" else attrs["fact"]
        if wanted not in attrs:
            raise ValidationError({wanted: [self.fields[wanted].error_messages["required"]]}, code="required")
        return attrs


@api_resources.register
class Tags(Resource):
    """The institute's own labels for employers."""

    path, label, order = "tags", "Tags", 16
    permission = Permission.SEE_EMPLOYERS
    answer = TagAnswer

    def rows(self) -> QuerySet[Tag]:
        return Tag.objects.visible_to(self.user)

    @creates(TagBody, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> Tag:
        """Name a tag; one of that name is answered as it is."""
        return name_tag(by=self.user, **facts)

    @changes(TagBody, permission=Permission.EDIT_EMPLOYERS)
    def change(self, tag: Tag, facts: dict[str, Any]) -> Tag:
        """Call a tag otherwise; its employers keep it."""
        return rename_tag(tag=tag, by=self.user, **{"name": tag.name, **facts})

    @removes(permission=Permission.EDIT_EMPLOYERS)
    def remove(self, tag: Tag) -> None:
        """Take a tag away, off every employer."""
        remove_tag(tag=tag, by=self.user)


@api_resources.register
class SavedViews(Resource):
    """Ways of looking at the list of employers: one's own, and those that colleagues share."""

    path, label, order = "saved-views", "Saved views", 17
    permission = Permission.SEE_EMPLOYERS
    answer = SavedViewAnswer

    def rows(self) -> QuerySet[SavedView]:
        return SavedView.objects.visible_to(self.user).select_related("owner")

    @creates(NewSavedView, permission=Permission.LOG_ENGAGEMENTS)
    def create(self, facts: dict[str, Any]) -> SavedView:
        """Keep a view of the list."""
        return keep_view(by=self.user, **{"query": "", **facts})

    @removes(permission=Permission.LOG_ENGAGEMENTS)
    def remove(self, view: SavedView) -> None:
        """Take away a view of one's own, or a shared one."""
        remove_view(view=view, by=self.user)


@api_resources.register
class BulkChanges(Resource):
    """One fact given to many employers at once, latest first."""

    path, label, order = "bulk-changes", "Bulk changes", 18
    permission = Permission.SEE_EMPLOYERS
    answer = BulkChangeAnswer

    def rows(self) -> QuerySet[BulkChange]:
        return BulkChange.objects.visible_to(self.user).select_related("by")

    @creates(NewBulkChange, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> BulkChange:
        """Give many employers an owner or a tier, or put a tag on them or take it off."""
        fact = facts["fact"]
        value = facts.get("tag" if fact == "untag" else fact)
        employers = [employer.pk for employer in facts["employers"]]
        return change_in_bulk(employers=employers, fact=fact, value=value, by=self.user)

    @acts("undo", permission=Permission.EDIT_EMPLOYERS)
    def undo(self, change: BulkChange) -> BulkChange:
        """Give back what they had to all employers that nobody has changed since."""
        return undo_bulk_change(change=change, by=self.user)
