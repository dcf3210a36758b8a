"""What several answers and bodies share."""

from typing import Any

from rest_framework import serializers

from crm.base.ids import new_id
from crm.core.api.fields import Answer, Body, Day, Pence, Text


class Currency(serializers.ChoiceField):
    """The currency of every sum beside it. Sums are whole pence."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=["GBP"], read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> str:
        return "GBP"


class NamedRow(Answer):
    """Another row, by its id and name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TitledRow(Answer):
    """Another row, by its id and title."""

    id = serializers.UUIDField()
    title = serializers.CharField()


class InstituteShort(Answer):
    """An institute of the network."""

    code = serializers.CharField()
    name = serializers.CharField()


class WholePart(Body):
    """A part of a body that is sent whole, in a change too."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        found = super().to_internal_value(data)
        missing = [name for name, field in self.fields.items() if field.required and name not in found]
        if missing:
            said = serializers.ErrorDetail(serializers.Field.default_error_messages["required"], "required")
            raise serializers.ValidationError({name: [said] for name in missing})
        return found


class ReasonBody(Body):
    """Why."""

    reason = Text(max_length=1000)


class MoneyBody(Body):
    """So many pence, for a reason that stays in the journal: name no learner. Today unless `occurred_on` says when."""

    pence = Pence()
    occurred_on = Day(required=False)
    memo = Text(max_length=300)


def once(what: str) -> str:
    """A key for an action that counts once. A repeated request never gets here: Idempotency-Key answers it."""
    return f"{what}:{new_id()}"
