"""What can be shared: an app registers a class per kind of record in its shareables.py.

A class says which fields there are and gives their values in words, read in the giver's institute. What is not a field
of it cannot be shared: there is no "everything".
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from crm.core.registry import shareables


class ShareField(NamedTuple):
    """One fact of a record. `label` is what both sides read."""

    name: str
    label: str


class Shareable:
    """One kind of record."""

    name: ClassVar[str]  # "employers.employer"
    label: ClassVar[str]  # "Employer"
    fields: ClassVar[Sequence[ShareField]]
    url_name: ClassVar[str]  # of its page, by id

    def find(self, object_id: uuid.UUID) -> Any:
        """The record in the acting institute, or None."""
        raise NotImplementedError

    def title(self, row: Any) -> str:
        """What the giver calls it, and the receiver reads."""
        return str(row)

    def about(self, row: Any) -> uuid.UUID | None:
        """The public row that both institutes may know it by."""
        return None

    def values(self, row: Any) -> dict[str, str]:
        """Every field in words; the caller keeps those that are shared."""
        raise NotImplementedError


def content_of(object_type: str, object_id: uuid.UUID, fields: Sequence[str]) -> dict[str, str] | None:
    """The shared fields of a record of the acting institute, by name; None when it is gone."""
    kind = shareables[object_type]()
    row = kind.find(object_id)
    if row is None:
        return None
    values = kind.values(row)
    return {field.name: values[field.name] for field in kind.fields if field.name in fields}


def labelled(object_type: str, content: dict[str, str]) -> list[tuple[str, str]]:
    """The content with its labels, in their order."""
    return [(field.label, content[field.name]) for field in shareables[object_type].fields if field.name in content]


def labels_of(object_type: str, fields: Sequence[str]) -> list[str]:
    """The labels of some fields, in their order."""
    return [field.label for field in shareables[object_type].fields if field.name in fields]


def day(value: dt.date | None) -> str:
    """`3 Dec 2026`, or "" for none."""
    return f"{value:%-d %b %Y}" if value else ""
