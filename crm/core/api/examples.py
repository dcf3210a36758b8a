"""Examples for the schema, made from the fields, so that none is ever out of date."""

import functools
from typing import Any

from rest_framework import serializers

ID = "0193a6c2-7b1e-7c3a-9d52-4f1f0a6d2b10"
_WORDS = {
    "name": "Quickline Communications",
    "email": "jo.marsh@quickline.example",
    "phone": "01522 876000",
    "job_title": "Operations director",
    "sector": "Digital infrastructure",
    "website": "https://quickline.example",
    "town": "Hessle",
    "postcode": "HU13 0EG",
    "company_number": "04123456",
    "charity_number": "",
    "legal_name": "Quickline Communications Limited",
    "code": "yhiot",
    "title": "Send the draft agreement",
    "summary": "Talked about placements for the spring.",
    "label": "Anchor partner",
}


@functools.cache
def example_for(kind: type[serializers.BaseSerializer], *, partial: bool = False) -> Any:
    """The example of a serializer, made once: the schema asks for it with each of an operation's answers."""
    return example_of(kind(), partial=partial)


def example_of(serializer: serializers.BaseSerializer, *, partial: bool = False) -> Any:
    """A JSON value that the serializer's schema allows. `partial` shows one fact alone, as a change would."""
    if isinstance(serializer, serializers.ListSerializer):
        return [example_of(serializer.child)]
    fields = [(name, field) for name, field in serializer.fields.items() if not field.write_only or partial]
    if partial:
        fields = fields[:1]
    return {name: _value(name, field) for name, field in fields}


def _value(name: str, field: serializers.Field) -> Any:
    given = getattr(field, "example", None)
    if given is not None:
        return given
    if isinstance(field, serializers.BaseSerializer):
        return example_of(field)
    if isinstance(field, serializers.ListField):
        return [_value(name, field.child)]
    for kind, value in _KINDS:
        if isinstance(field, kind):
            return value(field) if callable(value) else value
    return _WORDS.get(name, "Text")[: getattr(field, "max_length", None) or 200]


_KINDS: tuple[tuple[type, Any], ...] = (
    (serializers.ChoiceField, lambda field: next(iter(field.choices))),
    (serializers.UUIDField, ID),
    (serializers.BooleanField, False),
    (serializers.FloatField, lambda field: 0.85),
    (serializers.IntegerField, lambda field: min(max(field.min_value or 0, 45), field.max_value or 45)),
    (serializers.DateField, "2026-11-24"),
    (serializers.DateTimeField, "2026-11-24T09:30:00Z"),
    (serializers.JSONField, lambda field: {}),
    (serializers.DictField, lambda field: {}),
    (serializers.EmailField, _WORDS["email"]),
)
