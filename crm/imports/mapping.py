"""Which column holds what: as the last time for files of the same layout, else by the names of the columns."""

import hashlib
import json
import re
from collections.abc import Sequence

from crm.imports.kinds import ImportKind
from crm.imports.models import ImportMapping

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def bare(header: str) -> str:
    """`Supplier name ` and `SupplierName` are one."""
    return _NOT_WORD.sub("", header.casefold())


def layout_of(headers: Sequence[str]) -> str:
    """The same for files whose headers are the same, whatever their case and spaces."""
    return hashlib.sha256(json.dumps([bare(header) for header in headers]).encode()).hexdigest()


def guess_columns(kind: type[ImportKind], headers: Sequence[str]) -> dict[str, int]:
    """The first column that is called like a field, for each field; a column serves once."""
    names = [bare(header) for header in headers]
    found: dict[str, int] = {}
    for field in kind.fields:
        for alias in (field.name, field.label, *field.aliases):
            positions = [p for p, name in enumerate(names) if name == bare(alias) and p not in found.values()]
            if positions:
                found[field.name] = positions[0]
                break
    return found


def remembered(kind: str, layout: str) -> ImportMapping | None:
    """How a file of this layout was matched the last time in this institute."""
    return ImportMapping.objects.filter(kind=kind, layout=layout).first()
