"""Which column holds what: as the last time for files of the same layout, else by the names of the columns."""

import hashlib
import json
import re
from collections.abc import Sequence

from crm.imports.kinds import Field, ImportKind
from crm.imports.models import ImportMapping

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|\*")
# How headers shorten words.
SHORT_FORMS = {
    **{"no": "number", "nos": "number", "num": "number", "nr": "number", "co": "company", "org": "organisation"},
    **{"organization": "organisation", "emp": "employer", "reg": "registration", "regd": "registered"},
    **{"tel": "telephone", "phone": "telephone", "mob": "mobile", "addr": "address", "ref": "reference"},
    **{"mins": "minutes", "min": "minutes", "info": "information"},
}


def bare(header: str) -> str:
    """`Supplier name ` and `SupplierName` are one."""
    return _NOT_WORD.sub("", header.casefold())


def spelt_out(header: str) -> str:
    """`Co. no.`, `Company No` and `CompanyNumber` are one."""
    words = filter(None, _NOT_WORD.split(_INNER_CAPITAL.sub(" ", header).casefold()))
    return "".join(SHORT_FORMS.get(word, word) for word in words)


def layout_of(headers: Sequence[str]) -> str:
    """The same for files whose headers are the same, whatever their case and spaces."""
    return hashlib.sha256(json.dumps([bare(header) for header in headers]).encode()).hexdigest()


def guess_columns(kind: type[ImportKind], headers: Sequence[str]) -> dict[str, int]:
    """The first column that is called like a field, for each field; a column serves once.

    What stands in brackets, such as "(if known)", is heeded first and passed over then.
    """
    found: dict[str, int] = {}
    for names in (
        [spelt_out(header) for header in headers],
        [spelt_out(_IN_BRACKETS.sub(" ", header)) for header in headers],
    ):
        for field in kind.fields:
            if field.name not in found:
                position = _position(field, names, taken=set(found.values()))
                found |= {field.name: position} if position is not None else {}
    return found


def _position(field: Field, names: Sequence[str], *, taken: set[int]) -> int | None:
    """The free column whose name comes first among those that the field goes by."""
    free: dict[str, int] = {}
    for position, name in enumerate(names):
        if position not in taken:
            free.setdefault(name, position)
    called = (spelt_out(alias) for alias in (field.name, field.label, *field.aliases))
    return next((free[alias] for alias in called if alias in free), None)


def remembered(kind: str, layout: str) -> ImportMapping | None:
    """How a file of this layout was matched the last time in this institute."""
    return ImportMapping.objects.filter(kind=kind, layout=layout).first()
