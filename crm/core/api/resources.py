"""The base of every resource of the API. docs/how-to/api-resource.md tells how to add one."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponse
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import ViewSet

from crm.base.errors import DomainError
from crm.core.api import pagination
from crm.core.api.concurrency import etag, is_unchanged, require_match
from crm.core.api.idempotency import store_answer
from crm.core.api.operations import Operation, operations_of
from crm.core.api.problems import Moved, Problem, handle
from crm.core.api.query import read_query
from crm.core.api.uploads import FORM, facts_sent
from crm.identity.roles import Permission


class Resource(ViewSet):
    """Rows of one kind at /api/v1/<path>/: listed, read, and changed by the app's own actions.

    Set `path` ("employers"), `label`, `permission` (to read) and `answer`; override `rows()`, and `shown(filters)`
    where the list is filtered. Methods marked by `creates`, `changes`, `acts` and `asks` are the rest.
    """

    path: ClassVar[str]
    label: ClassVar[str]
    permission: ClassVar[Permission]
    answer: ClassVar[type[Serializer]]
    filter_class: ClassVar[type[forms.Form] | None] = None
    has_list = True
    has_rows = True
    has_redirects = False  # a row may have been merged into another: see moved_to
    has_candidates = False  # creating may be refused with candidates: see members_of
    # Whose change is a change of the row, by where they keep its moment: "lines__updated_at".
    parts: ClassVar[tuple[str, ...]] = ()
    # Members of the answer that workers and the calendar make: a change of the row was not made from them.
    derived: ClassVar[tuple[str, ...]] = ()
    # Where the API calls a fact otherwise than the action: {"reason": "why"}.
    field_names: ClassVar[dict[str, str]] = {}
    operations: ClassVar[dict[str, Operation]] = {}
    action: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "path"):
            cls.operations = operations_of(cls)
            for operation in cls.operations.values():
                if operation.handler not in ("list", "retrieve"):
                    setattr(cls, operation.handler, _endpoint(operation, getattr(cls, operation.handler)))

    # What a resource says of itself.

    def rows(self) -> QuerySet:
        """All rows that may be seen, with what the answer shows of other rows joined."""
        raise NotImplementedError

    def shown(self, filters: dict[str, Any]) -> QuerySet:
        """Rows of the list, filtered and in order."""
        return self.rows()

    def complete(self, rows: Sequence[Any]) -> None:
        """Set on each row what the answer shows beside its columns, asked for all rows at once."""

    def moved_to(self, id: uuid.UUID) -> uuid.UUID:
        """Where a row is now that was merged into another; the id itself otherwise. Callers are sent there (308)."""
        return id

    def members_of(self, refusal: DomainError) -> dict[str, Any]:
        """More for the problem that a refusal becomes: the candidates of a duplicate, say."""
        return {}

    # What the framework calls.

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth is None:
            raise NotAuthenticated
        operation = self.operations.get(self.action)  # None for a method that the address does not have
        if operation and operation.permission is not Permission.SIGN_IN:  # which every token in force stands for
            if not request._request.may(operation.permission):
                raise PermissionDenied

    def get_parsers(self) -> list[BaseParser]:
        """JSON; where a file is taken, forms too."""
        handler = getattr(self, "action", None) or self.action_map.get(self.request.method.lower())
        operation = self.operations.get(handler)
        forms = [MultiPartParser()] if operation and operation.upload else []
        return [*super().get_parsers(), *forms]

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        """A success of a POST is kept with its work, so that a repeat gets the same answer."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.method == "POST" and not getattr(response, "exception", False):
            response.render()
            try:
                store_answer(request._request, response)
            except Problem as problem:
                response = handle(problem, self.get_exception_handler_context())
                return super().finalize_response(request, response, *args, **kwargs)
        return response

    def list(self, request: Request) -> Response:
        query = read_query(request, self.filter_class, has_pages=True, updated_since=self.keeps_time())
        rows = self.shown(query.filters)
        if query.updated_since:
            rows = self.changed_since(rows, query.updated_since)
        found = pagination.page(rows, size=query.page_size, cursor=query.cursor, list_of=query.list_of)
        response = Response({"items": self.show_many(found.rows), "next_cursor": found.next_cursor or None})
        if found.next_cursor:
            response["Link"] = f'<{query.url_of(found.next_cursor)}>; rel="next"'
        return response

    def retrieve(self, request: Request, id: uuid.UUID) -> Response:
        read_query(request, None)
        shown = self.show(self.get_row(id))
        tag = etag(shown, self.derived)
        if is_unchanged(request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(shown, headers={"ETag": tag})

    # What the methods of a resource use.

    @property
    def user(self) -> Any:
        """Who acts: the person or service of the token."""
        return self.request.user

    @classmethod
    def keeps_time(cls) -> bool:
        """Whether its rows know when they were changed, so that `updated_since` is understood."""
        return any(name == "updated_at" for name in cls.answer._declared_fields)

    @classmethod
    def changed_since(cls, rows: QuerySet, moment: dt.datetime) -> QuerySet:
        """Those of the rows that changed at that moment (UTC) or later, or of which a part did."""
        changed = Q(updated_at__gte=moment)
        for part in cls.parts:  # a subquery: joined, a row would come once for each of its parts
            changed |= Q(pk__in=rows.model.objects.filter(**{f"{part}__gte": moment}).values("pk"))
        return rows.filter(changed)

    def get_row(self, id: uuid.UUID) -> Model:
        """Raises Http404 for an unknown id and for another institute's alike, Moved for one that redirects."""
        row = self.rows().filter(pk=id).first()
        if row is None:
            if (now := self.moved_to(id)) != id:
                raise Moved(self.request.get_full_path().replace(str(id), str(now)))
            raise Http404
        return row

    def show(self, row: Model) -> Any:
        """The answer about one row."""
        self.complete([row])
        return self.answer(row).data

    def show_many(self, rows: Sequence[Any]) -> Any:
        """The answers about several."""
        self.complete(rows)
        return self.answer(rows, many=True).data

    def pointer_of(self, field: str) -> str:
        """Where the request said what the action calls `field`. A form calls it as the action does."""
        return f"/{field if self.request._request.content_type == FORM else self.field_names.get(field, field)}"


def _endpoint(operation: Operation, method: Callable[..., Any]) -> Callable[..., Response]:
    """The framework's view method around a method of a resource."""

    def endpoint(self: Resource, request: Request, id: uuid.UUID | None = None) -> Response:
        query = read_query(request, operation.filters)
        arguments = [_row(self, operation, id)] if operation.on_row else []
        if operation.filters:
            arguments.append(query.filters)
        if operation.body:
            serializer, sent = facts_sent(request, operation)
            body = serializer(data=sent, partial=operation.method == "PATCH")
            body.is_valid(raise_exception=True)
            arguments.append(body.validated_data)
        return _answered(self, operation, method(self, *arguments))

    endpoint.__doc__ = method.__doc__
    endpoint.operation = operation
    return endpoint


def _row(resource: Resource, operation: Operation, id: uuid.UUID) -> Model:
    row = resource.get_row(id)
    if operation.versioned:
        # Read again under a lock: between the comparison and the change nobody else may change it.
        type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
        row = resource.get_row(id)
        require_match(resource.request, resource.show(row), resource.derived)
    return row


def _answered(resource: Resource, operation: Operation, result: Any) -> Response:
    if operation.status == 204:
        return Response(status=204)
    if operation.answer:
        return Response(operation.answer(result, many=operation.several).data, status=operation.status)
    row = resource.get_row(result.pk)
    shown = resource.show(row)
    headers = {"ETag": etag(shown, resource.derived)} if resource.has_rows else {}
    if operation.status == 201:
        headers["Location"] = f"/api/v1/{resource.path}/{row.pk}/"
    return Response(shown, status=operation.status, headers=headers)
