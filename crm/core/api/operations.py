"""What one can do with a resource: each method of the API is one of these, and schema, rights and tests read them."""

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, get_origin

from django.forms import Form
from rest_framework.serializers import Serializer

from crm.identity.roles import Permission


@dataclass(frozen=True)
class Operation:
    """One method at one address.

    `on_row`: below /{id}/. `versioned`: needs If-Match. `answer` None means the resource's own; status 204 has none.
    `upload`: what a form with a file says instead of `body`. `many`: pages of rows. `several`: a whole
    list at once, which a method's annotation says.
    """

    handler: str
    method: str
    permission: Permission
    summary: str
    path: str = ""
    on_row: bool = False
    body: type[Serializer] | None = None
    upload: type[Serializer] | None = None
    answer: type[Serializer] | None = None
    status: int = 200
    many: bool = False
    several: bool = False
    versioned: bool = False
    filters: type[Form] | None = None

    @property
    def address(self) -> str:
        """Below the resource's own: "", "{id}/", "stage/", "{id}/stage/"."""
        return ("{id}/" if self.on_row else "") + (f"{self.path}/" if self.path else "")


Method = Callable[..., Any]


def creates(
    body: type[Serializer], *, permission: Permission, upload: type[Serializer] | None = None
) -> Callable[[Method], Method]:
    """POST to the collection. The method takes the body's facts and returns the new row.

    With `upload` a form with a file (multipart/form-data) is taken as well, as large as a page takes it; the method
    gets that serializer's facts then.
    """
    return _operation("POST", permission, body=body, upload=upload, status=201)


def changes(body: type[Serializer], *, permission: Permission) -> Callable[[Method], Method]:
    """PATCH of a row, for the version the caller names. The method takes the row and the facts that were sent."""
    return _operation("PATCH", permission, body=body, on_row=True, versioned=True)


def removes(*, permission: Permission) -> Callable[[Method], Method]:
    """DELETE of a row, answered with nothing (204). The method takes the row."""
    return _operation("DELETE", permission, on_row=True, status=204)


def acts(
    path: str,
    *,
    permission: Permission,
    body: type[Serializer] | None = None,
    answer: type[Serializer] | None = None,
    on_row: bool = True,
    status: int = 200,
) -> Callable[[Method], Method]:
    """POST below a row (or, with on_row=False, below the collection): one action of the domain.

    The method takes the row, if any, and the body's facts, if any. Returning a row of the resource answers with it;
    with `answer` what is returned is what that shows.
    """
    return _operation("POST", permission, body=body, path=path, on_row=on_row, answer=answer, status=status)


def asks(
    path: str,
    *,
    permission: Permission,
    answer: type[Serializer],
    filters: type[Form] | None = None,
    on_row: bool = False,
) -> Callable[[Method], Method]:
    """GET below the collection or a row that is neither the list nor the row. The method returns what `answer` shows.

    It takes the row, if any, and the cleaned query string, if `filters` reads one.
    """
    return _operation("GET", permission, path=path, answer=answer, filters=filters, on_row=on_row)


def _operation(method: str, permission: Permission, **more: Any) -> Callable[[Method], Method]:
    def mark(function: Method) -> Method:
        summary = (function.__doc__ or "").strip()
        several = get_origin(function.__annotations__.get("return")) is list
        function.operation = Operation(
            handler=function.__name__, method=method, permission=permission, summary=summary, several=several, **more
        )
        return function

    return mark


def operations_of(cls: type) -> dict[str, Operation]:
    """The operations of a resource by handler, reading ones first."""
    found: dict[str, Operation] = {}
    if cls.has_list:
        said = f"List {cls.label.lower()}."
        found["list"] = Operation("list", "GET", cls.permission, said, many=True, filters=cls.filter_class)
    if cls.has_rows:
        said = f"Read one of the {cls.label.lower()}."
        found["retrieve"] = Operation("retrieve", "GET", cls.permission, said, on_row=True)
    for base in reversed(cls.__mro__):
        for name, member in vars(base).items():
            if isinstance(member, FunctionType) and hasattr(member, "operation"):
                found[name] = member.operation
    return found
