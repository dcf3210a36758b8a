"""Files with an employer's record."""

import base64
import binascii
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.base.errors import NotFound
from crm.core.api.fields import Answer, Body, Choice, Moment, Person, Ref, Text, Upload
from crm.core.api.operations import acts, asks, creates
from crm.core.api.resources import Resource
from crm.core.files import KINDS, LARGEST
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions.files import keep_file, remove_file
from employers.api.contacts import Named
from employers.models import Employer, RecordFile
from employers.reads.facts import files_shown

MOST_LETTERS = 1_900_000  # a body may have two megabytes


class FileAnswer(Answer):
    """A file of a record, or what is left of one that was removed."""

    id = serializers.UUIDField()
    employer = Named()
    name = serializers.CharField()
    kind = Choice([(key, kind.label) for key, kind in KINDS.items()])
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    added_at = Moment()
    added_by = Person(allow_null=True)
    removed_at = Moment(allow_null=True)
    removed_by = Person(allow_null=True)
    reason = serializers.CharField()


class Content(Text):
    """Bytes in base64."""

    example = "JVBERi0xLjcK"

    def to_internal_value(self, data: Any) -> bytes:
        try:
            return base64.b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError("This is not base64.", code="base64") from error


class NewFile(Body):
    """A file of up to 1.4 MB as JSON; a larger one comes as a form. What it is follows from its content."""

    employer = Ref(lambda: Employer.objects.all())
    name = Text()
    content = Content(max_length=MOST_LETTERS)


class UploadedFile(Body):
    """A file of up to 10 MB, as a form. Its name is the one it is sent under."""

    employer = Ref(lambda: Employer.objects.all())
    file = Upload()


class FileContentAnswer(Answer):
    """What is in a file, in base64."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    content = serializers.CharField()


class RemoveBody(Body):
    reason = Text()


class FileFilters(forms.Form):
    employer = forms.UUIDField(required=False, help_text="Of this employer.")


@api_resources.register
class Files(Resource):
    """Files with employers' records, removed ones among them, the latest first."""

    path, label, order = "files", "Files", 23
    permission = Permission.SEE_EMPLOYERS
    answer = FileAnswer
    filter_class = FileFilters
    field_names = {"file": "content"}

    def rows(self) -> QuerySet[RecordFile]:
        return files_shown(self.user, {})

    def shown(self, filters: dict[str, Any]) -> QuerySet[RecordFile]:
        return files_shown(self.user, filters)

    @creates(NewFile, permission=Permission.EDIT_EMPLOYERS, upload=UploadedFile)
    def create(self, facts: dict[str, Any]) -> RecordFile:
        """Keep a file with a record.

        As a form (multipart/form-data) of up to 10 MB, or as JSON.
        """
        file = facts.get("file")
        name = file.name if file else facts["name"]
        data = file.read(LARGEST + 1) if file else facts["content"]  # one more than may be is enough to refuse it
        return keep_file(employer=facts["employer"], name=name, data=data, by=self.user)

    @asks("content", permission=Permission.SEE_EMPLOYERS, answer=FileContentAnswer, on_row=True)
    def content(self, file: RecordFile) -> dict[str, str]:
        """What is in a file; 404 for one that was removed."""
        kept = file.contents.first()
        if kept is None:
            raise NotFound("This file was removed.")
        content = base64.b64encode(bytes(kept.data)).decode()
        return {"name": file.name, "media_type": KINDS[file.kind].media_type, "content": content}

    @acts("remove", permission=Permission.EDIT_EMPLOYERS, body=RemoveBody)
    def remove(self, file: RecordFile, facts: dict[str, Any]) -> RecordFile:
        """Take a file's content away for good, saying why."""
        return remove_file(file=file, by=self.user, **facts)
