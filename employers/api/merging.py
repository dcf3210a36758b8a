"""Likely duplicates, merges and what takes them back; other names and former numbers."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Moment, Person, Ref, Text
from crm.core.api.operations import acts, creates, removes
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import (
    add_former_number,
    add_other_name,
    merge_employers,
    pair_up,
    remove_former_number,
    remove_other_name,
    say_different,
    undo_merge,
)
from employers.api.contacts import Named
from employers.forms.merging import PairFilters
from employers.models import DuplicatePair, Employer, EmployerMerge, EmployerName, FormerNumber
from employers.reads.pairs import merges_shown, pairs_shown


class PairAnswer(Answer):
    """Two employers that may be the same. `score` says of 100 how alike the names are."""

    id = serializers.UUIDField()
    first = Named()
    second = Named()
    reasons = serializers.ListField(child=serializers.CharField())
    score = serializers.IntegerField()
    state = Choice(DuplicatePair.State.choices)
    found_at = Moment()
    decided_by = Person(allow_null=True)
    decided_at = Moment(allow_null=True)


class MergeAnswer(Answer):
    """Who made two employers one, when. `merged` redirects to `kept`."""

    id = serializers.UUIDField()
    kept_id = serializers.UUIDField()
    kept_name = serializers.CharField()
    merged_id = serializers.UUIDField()
    merged_name = serializers.CharField()
    taken = serializers.ListField(child=serializers.CharField(), help_text="Facts that came from the merged one.")
    by = Person()
    at = Moment()
    undone_at = Moment(allow_null=True)


class OtherNameAnswer(Answer):
    """A trading or former name."""

    id = serializers.UUIDField()
    employer = Named()
    kind = Choice(EmployerName.Kind.choices)
    name = serializers.CharField()


class FormerNumberAnswer(Answer):
    """A company number that an employer had before."""

    id = serializers.UUIDField()
    employer = Named()
    number = serializers.CharField()


def _employer() -> Ref:
    return Ref(lambda: Employer.objects.all())


class NewPair(Body):
    """Two employers to be compared."""

    one = _employer()
    other = _employer()


class NewMerge(Body):
    """`merged` becomes a part of `kept`, which takes over the facts named in `taken`."""

    kept = _employer()
    merged = _employer()
    taken = serializers.ListField(child=Text(max_length=60), required=False, max_length=60)


class NewOtherName(Body):
    employer = _employer()
    kind = Choice(EmployerName.Kind.choices)
    name = Text()


class NewFormerNumber(Body):
    employer = _employer()
    number = Text(max_length=20)


class OfEmployer(forms.Form):
    employer = forms.UUIDField(required=False, help_text="Of this employer.")


@api_resources.register
class DuplicatePairs(Resource):
    """Pairs of employers that may be one, the likeliest first. Nothing is merged without somebody who says so."""

    path, label, order = "duplicate-pairs", "Duplicate pairs", 16
    permission = Permission.EDIT_EMPLOYERS
    answer = PairAnswer
    filter_class = PairFilters

    def rows(self) -> QuerySet[DuplicatePair]:
        return DuplicatePair.objects.visible_to(self.user).select_related("first", "second", "decided_by")

    def shown(self, filters: dict[str, Any]) -> QuerySet[DuplicatePair]:
        return pairs_shown(self.user, filters)

    @creates(NewPair, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> DuplicatePair:
        """Put two employers forward as one."""
        return pair_up(by=self.user, **facts)

    @acts("different", permission=Permission.EDIT_EMPLOYERS)
    def different(self, pair: DuplicatePair) -> DuplicatePair:
        """Say that two employers are not the same."""
        return say_different(pair=pair, by=self.user)


@api_resources.register
class EmployerMerges(Resource):
    """Employers that were made one, the latest first."""

    path, label, order = "employer-merges", "Merges", 17
    permission = Permission.EDIT_EMPLOYERS
    answer = MergeAnswer

    def rows(self) -> QuerySet[EmployerMerge]:
        return merges_shown(self.user)

    def complete(self, rows: Any) -> None:
        for row in rows:
            row.undone_at = next((undo.at for undo in row.undone.all()), None)

    @creates(NewMerge, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> EmployerMerge:
        """Make two employers one.

        Refused (409) when both have a company number and they differ. What hangs on the merged one moves; its id
        redirects (308) for ever.
        """
        return merge_employers(by=self.user, **facts)

    @acts("undo", permission=Permission.EDIT_EMPLOYERS)
    def undo(self, merge: EmployerMerge) -> EmployerMerge:
        """Take a merge back, as long as nothing new was recorded with the kept employer."""
        undo_merge(merge=merge, by=self.user)
        return merge


@api_resources.register
class OtherNames(Resource):
    """Trading and former names, by which an employer is found too."""

    path, label, order = "other-names", "Other names", 18
    permission = Permission.SEE_EMPLOYERS
    answer = OtherNameAnswer
    filter_class = OfEmployer

    def rows(self) -> QuerySet[EmployerName]:
        return EmployerName.objects.visible_to(self.user).select_related("employer")

    def shown(self, filters: dict[str, Any]) -> QuerySet[EmployerName]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    @creates(NewOtherName, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> EmployerName:
        """Note a trading or former name."""
        return add_other_name(by=self.user, **facts)

    @removes(permission=Permission.EDIT_EMPLOYERS)
    def remove(self, other_name: EmployerName) -> None:
        """Take a trading or former name away."""
        remove_other_name(other_name=other_name, by=self.user)


@api_resources.register
class FormerNumbers(Resource):
    """Company numbers that employers had before."""

    path, label, order = "former-numbers", "Former numbers", 19
    permission = Permission.SEE_EMPLOYERS
    answer = FormerNumberAnswer
    filter_class = OfEmployer

    def rows(self) -> QuerySet[FormerNumber]:
        return FormerNumber.objects.visible_to(self.user).select_related("employer")

    def shown(self, filters: dict[str, Any]) -> QuerySet[FormerNumber]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    @creates(NewFormerNumber, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> FormerNumber:
        """Note a company number that an employer had before."""
        return add_former_number(by=self.user, **facts)

    @removes(permission=Permission.EDIT_EMPLOYERS)
    def remove(self, former_number: FormerNumber) -> None:
        """Take a former company number away."""
        remove_former_number(former_number=former_number, by=self.user)
