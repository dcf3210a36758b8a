"""What stands in the bodies and answers of the API.

A body's field checks the JSON type alone; the rules are the actions'. Nothing is coerced: "5" is no number, 5 no text.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.core.redirects import all_now_at, now_at

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class Text(serializers.CharField):
    """A text, one line unless the action allows more."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("allow_blank", not kwargs.get("required", True))
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of a few words."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A whole number."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Pence(Whole):
    """Money: whole pence, at most a thousand million pounds."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", 100_000_000_000)
        super().__init__(**kwargs)


class Day(serializers.DateField):
    """A day of the calendar from 1900 to 2199, as 2026-11-24."""

    def to_internal_value(self, value: Any) -> dt.date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        day = super().to_internal_value(value)
        if not EARLIEST <= day <= LATEST:
            raise serializers.ValidationError(
                f"Check the year: send a day from {EARLIEST.year} to {LATEST.year}.", code="year"
            )
        return day


class Moment(serializers.DateTimeField):
    """A moment with its offset, as 2026-11-24T09:30:00Z. Answered in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=dt.UTC, **kwargs)

    def to_internal_value(self, value: Any) -> dt.datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        moment = super().to_internal_value(value.upper())
        if not EARLIEST <= moment.date() <= LATEST:
            raise serializers.ValidationError("Check the year.", code="year")
        return moment


class Ref(serializers.UUIDField):
    """The id of a row that `rows` (asked anew each time) finds; the action gets the row.

    The id of one that was merged means the one it is now. An unknown id and another institute's id get the same answer.
    """

    default_error_messages = {"unknown": "There is no such thing here. Send the id of one that you can read."}

    def __init__(self, rows: Callable[[], QuerySet], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid", value=data)
        rows = self.rows()
        found = rows.filter(pk=uuid.UUID(data)).first() or self._merged(rows, uuid.UUID(data))
        if found is None:
            self.fail("unknown")
        return found

    @staticmethod
    def _merged(rows: QuerySet, id: uuid.UUID) -> Any:
        now = now_at(rows.model._meta.model_name, id)
        return rows.filter(pk=now).first() if now != id else None


class Refs(serializers.ListField):
    """Ids of rows that `rows` finds, found in one query; the action gets the rows in the order asked for, each once.

    The id of one that was merged means the one it is now.
    """

    default_error_messages = Ref.default_error_messages

    def __init__(self, rows: Callable[[], QuerySet], **kwargs: Any) -> None:
        self.rows = rows
        kwargs.setdefault("max_length", 50)
        super().__init__(child=serializers.UUIDField(), **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list) or not all(isinstance(i, str) and _UUID.fullmatch(i) for i in data):
            self.fail("not_a_list", input_type=type(data).__name__)
        ids = list(dict.fromkeys(map(uuid.UUID, data)))
        found = self.rows().in_bulk(ids)
        if len(found) != len(ids):
            ids = self._led_on(ids)
            found = self.rows().in_bulk(ids)
        if len(found) != len(ids):
            self.fail("unknown")
        return [found[i] for i in ids]

    def _led_on(self, ids: list[uuid.UUID]) -> list[uuid.UUID]:
        now = all_now_at(self.rows().model._meta.model_name, ids)
        return list(dict.fromkeys(now.get(one, one) for one in ids))


@extend_schema_field(OpenApiTypes.BINARY)
class Upload(serializers.FileField):
    """A file of a form, on disk: read it piece by piece."""

    example = "Name,Town\nQuickline,Hull\n"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, allow_empty_file=True, **kwargs)  # what it is to hold, the action says


class Body(serializers.Serializer):
    """What a request sends. A field it does not know is refused by name."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                said = serializers.ErrorDetail("There is no such field. The schema lists those there are.", "unknown")
                raise serializers.ValidationError({name: [said] for name in unknown})
        return dict(super().to_internal_value(data))


class Answer(serializers.Serializer):
    """What a request gets."""


class Person(Answer):
    """A colleague."""

    id = serializers.UUIDField()
    name = serializers.CharField()
