"""Imports, for other programs: the same steps, checks and refusals as on the pages."""

import base64
import binascii
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.errors import DomainError, NotAllowed
from crm.core.api.fields import Answer, Body, Choice, Day, Flag, Moment, Person, Text, Upload, Whole
from crm.core.api.operations import acts, asks, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources, import_kinds
from crm.identity.roles import Permission
from crm.imports.actions import (
    apply_import,
    check_import,
    choose_for_row,
    drop_import,
    fix_row,
    resume_import,
    start_import,
    undo_import,
)
from crm.imports.models import ImportJob, ImportRow
from crm.imports.reads import account, jobs_for, kinds_for, rows_shown

MOST_ROWS = 500  # in an answer


class CountsAnswer(Answer):
    """Rows read, and what became, or would become, of each. The parts add up to the whole."""

    read = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    waiting = serializers.IntegerField(required=False, help_text="Of one that stopped half-way.")
    undone = serializers.IntegerField(required=False)
    kept = serializers.IntegerField(required=False)


class ImportAnswer(Answer):
    """A file on its way in."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    file_name = serializers.CharField()
    state = Choice(ImportJob.State.choices)
    headers = serializers.ListField(child=serializers.CharField())
    columns = serializers.DictField(child=serializers.IntegerField(), help_text="Field to column, counted from 0.")
    source = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    is_snapshot = serializers.BooleanField()
    overwrites = serializers.BooleanField()
    counts = CountsAnswer()
    no_longer_listed = serializers.IntegerField()
    effects = serializers.ListField(child=serializers.CharField())
    trouble = serializers.CharField()
    by = Person()
    created_at = Moment()
    applied_at = Moment(allow_null=True)
    undone_at = Moment(allow_null=True)
    updated_at = Moment()


class NewImport(Body):
    """A file of up to 1.4 MB as JSON; a larger one comes as a form."""

    kind = Text(max_length=20)
    file_name = Text()
    content = Text(max_length=1_900_000, help_text="The bytes of the file in Base64.")


class UploadedImport(Body):
    """A file of up to 50 MB, as a form. Its name is the one it is sent under."""

    kind = Text(max_length=20)
    file = Upload()


class CheckBody(Body):
    """How the columns are matched; those left out as they are shown."""

    columns = serializers.DictField(child=Whole(min_value=0, max_value=1000), required=False)
    source = Text(required=False, max_length=80)
    as_of = Day(required=False, allow_null=True)
    is_snapshot = Flag(required=False)
    overwrites = Flag(required=False)


class FixBody(Body):
    """What to type over cells of a row."""

    number = Whole(min_value=1, max_value=1_000_000)
    values = serializers.DictField(child=Text(max_length=4000, allow_blank=True))


class ChoiceBody(Body):
    """What a row is that may be a duplicate."""

    number = Whole(min_value=1, max_value=1_000_000)
    choice = Text(
        max_length=40, allow_blank=True, help_text="new, skip, or the id of a candidate; empty takes it back."
    )


class CellFaultAnswer(Answer):
    """What is wrong with a cell."""

    field = serializers.CharField()
    label = serializers.CharField()
    value = serializers.CharField()
    reason = serializers.CharField()


class AlikeAnswer(Answer):
    """A record that the row may be."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    reason = serializers.CharField()
    perhaps = serializers.BooleanField(
        default=False, help_text="Only a little like it: the row is new unless this is chosen."
    )
    likeness = serializers.FloatField(
        required=False, help_text="With perhaps: how alike the names are, from 0 to 1; pages show the likeliest first."
    )


class RowAnswer(Answer):
    """A row of the file."""

    number = serializers.IntegerField()
    verdict = serializers.CharField()
    outcome = serializers.CharField()
    target_id = serializers.UUIDField(allow_null=True)
    repeats = serializers.IntegerField(allow_null=True)
    changes = serializers.DictField(help_text="Field to its old and new value.")
    faults = CellFaultAnswer(many=True)
    candidates = AlikeAnswer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    remark = serializers.CharField()


class RowsQuery(forms.Form):
    """Which rows."""

    show = forms.CharField(
        required=False,
        max_length=10,
        help_text="A verdict, or perhaps: new, and a little like what is there. Once applied, an outcome.",
    )
    after = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, help_text="Rows beyond this number.")


@api_resources.register
class Imports(Resource):
    """Files on their way in: checked row by row, then applied, then, if need be, undone."""

    path, label, order = "imports", "Imports", 70
    permission = Permission.IMPORT_FILES
    answer = ImportAnswer
    field_names = {"file": "content"}

    def rows(self) -> QuerySet[ImportJob]:
        return jobs_for(self.request._request.may)

    def complete(self, rows: Any) -> None:
        for job in rows:
            job.counts, job.no_longer_listed = account(job), job.tally.get("unlisted", 0)

    @creates(NewImport, permission=Permission.IMPORT_FILES, upload=UploadedImport)
    def create(self, facts: dict[str, Any]) -> ImportJob:
        """Upload a file.

        As a form (multipart/form-data) of up to 50 MB, or as JSON. It answers how its columns would be matched. Nothing
        is read further before it is checked.
        """
        kind, file = facts["kind"], facts.get("file")
        if import_kinds.get(kind) and kind not in self._mine():
            raise NotAllowed("You may not import these.", field="kind")
        if file:
            return start_import(kind=kind, file_name=file.name, content=file.chunks(), by=self.user)
        try:
            content = base64.b64decode(facts["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise DomainError("Send the bytes of the file in Base64.", field="file") from error
        return start_import(kind=kind, file_name=facts["file_name"], content=[content], by=self.user)

    def _mine(self) -> list[str]:
        return [kind.name for kind in kinds_for(self.request._request.may)]

    @acts("check", permission=Permission.IMPORT_FILES, body=CheckBody)
    def check(self, job: ImportJob, facts: dict[str, Any]) -> ImportJob:
        """Check every row, in the background.

        Nothing is written. Ask for the import until its state is `checked`.
        """
        known = {name: getattr(job, name) for name in ("columns", "source", "as_of", "is_snapshot", "overwrites")}
        return check_import(job=job, by=self.user, **known | facts)

    @asks("rows", permission=Permission.IMPORT_FILES, answer=RowAnswer, filters=RowsQuery, on_row=True)
    def rows_of(self, job: ImportJob, query: dict[str, Any]) -> list[ImportRow]:
        """Read at most 500 rows, in the order of the file."""
        rows = rows_shown(job, query["show"] or "")
        return list(rows.filter(number__gt=query["after"] or 0).order_by("number")[:MOST_ROWS])

    @acts("fix", permission=Permission.IMPORT_FILES, body=FixBody, answer=RowAnswer)
    def fix(self, job: ImportJob, facts: dict[str, Any]) -> ImportRow:
        """Type over cells of a checked row."""
        return fix_row(job=job, by=self.user, **facts)

    @acts("choose", permission=Permission.IMPORT_FILES, body=ChoiceBody, answer=RowAnswer)
    def choose(self, job: ImportJob, facts: dict[str, Any]) -> ImportRow:
        """Say what a row is that may be a duplicate."""
        return choose_for_row(job=job, by=self.user, **facts)

    @acts("apply", permission=Permission.IMPORT_FILES)
    def apply(self, job: ImportJob) -> ImportJob:
        """Import the checked rows, in the background."""
        return apply_import(job=job, by=self.user)

    @acts("resume", permission=Permission.IMPORT_FILES)
    def resume(self, job: ImportJob) -> ImportJob:
        """Go on with an import that stopped half-way, being applied or undone."""
        return resume_import(job=job, by=self.user)

    @acts("undo", permission=Permission.IMPORT_FILES)
    def undo(self, job: ImportJob) -> ImportJob:
        """Take an import back, in the background."""
        return undo_import(job=job, by=self.user)

    @acts("drop", permission=Permission.IMPORT_FILES)
    def drop(self, job: ImportJob) -> ImportJob:
        """Give a file up before it is imported."""
        return drop_import(job=job, by=self.user)
