"""What the schema says of every operation, read from the operation itself: parameters, answers, refusals, examples."""

from typing import Any

from django import forms
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from crm.core.api.examples import example_for
from crm.core.api.fields import Answer, Body
from crm.core.api.operations import Operation
from crm.core.api.pagination import DEFAULT_SIZE, LARGEST_SIZE
from crm.core.api.problems import KIND, KINDS, MEDIA_TYPE
from crm.core.api.uploads import FORM
from crm.core.registry import api_resources
from crm.identity.roles import Permission


class Fault(Answer):
    """One thing that is wrong: in the body at `pointer` (RFC 6901), or in the query at `parameter`."""

    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemAnswer(Answer):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = Fault(many=True)
    request_id = serializers.CharField()


class BearerScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "crm.core.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        said = "A token of the page API tokens, or of manage.py token create."
        return {"type": "http", "scheme": "bearer", "description": said}


class ResourceSchema(AutoSchema):
    """Reads `view.operations[view.action]`."""

    @property
    def operation(self) -> Operation:
        return self.view.operations[self.view.action]

    def get_operation_id(self) -> str:
        words = self.view.path.replace("-", "_")
        return f"{words}_{self.operation.handler}"

    def get_tags(self) -> list[str]:
        return [self.view.label]

    def get_summary(self) -> str:
        return self.operation.summary.split("\n")[0].rstrip(".")

    def get_description(self) -> str:
        more = self.operation.summary.partition("\n\n")[2]
        asked = "Needs no scope."
        if self.operation.permission is not Permission.SIGN_IN:
            asked = f"Needs the scope `{self.operation.permission.name.lower()}`."
        lines = " ".join(more.split())
        return f"{lines}\n\n{asked}" if lines else asked

    def get_request_serializer(self) -> Any:
        if self.operation.upload:
            return {"application/json": self.operation.body, FORM: self.operation.upload}
        return self.operation.body

    def get_response_serializers(self) -> dict[Any, Any]:
        operation = self.operation
        answer = operation.answer or self.view.answer
        found: dict[Any, Any] = {(operation.status, "application/json"): OpenApiResponse(answer, "As asked for.")}
        if operation.status == 204:
            found = {204: OpenApiResponse(None, "Done.")}
        if operation.handler == "retrieve":
            found[304] = OpenApiResponse(None, "The version named by If-None-Match is the current one.")
        if operation.on_row and self.view.has_redirects:
            found[308] = OpenApiResponse(None, "This row was merged into another: ask there, for good.")
        for status, kinds in _refusals(self.view, operation).items():
            examples = [_problem_example(kind) for kind in kinds]
            said = " ".join(KINDS[kind][1] + "." for kind in kinds)
            found[(status, MEDIA_TYPE)] = OpenApiResponse(ProblemAnswer, said, examples)
        return found

    def get_examples(self) -> list[OpenApiExample]:
        """For the body and the answer. A list's is wrapped by the paginator's schema."""
        operation = self.operation
        answer = example_for(operation.answer or self.view.answer)
        codes = [str(operation.status)]
        found = [OpenApiExample("Answer", value=answer, response_only=True, status_codes=codes)]
        if operation.body:
            value = example_for(operation.body, partial=operation.method == "PATCH")
            found.append(OpenApiExample("Request", value=value, request_only=True, media_type="application/json"))
        if operation.upload:
            value = example_for(operation.upload)
            found.append(OpenApiExample("Form", value=value, request_only=True, media_type=FORM))
        return found

    def get_override_parameters(self) -> list[OpenApiParameter]:
        operation, view = self.operation, self.view
        found = list(_query(view, operation)) + [_RATE]
        if operation.on_row:
            found.append(OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH))
        if operation.method == "POST":
            found.append(_IDEMPOTENCY)
        if operation.versioned:
            found.append(_IF_MATCH)
        if operation.handler == "retrieve":
            found.append(_IF_NONE_MATCH)
        if view.has_rows and not operation.many and not operation.answer and operation.status != 204:
            found.append(_ETAG)
        return found

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.operation.many or self.operation.several

    def _get_paginator(self) -> Any:
        return _Pages() if self.operation.many else None

    def _resolve_path_parameters(self, variables: list[str]) -> list[Any]:
        return []  # named above: the only one there is

    def _postprocess_serializer_schema(self, schema: Any, serializer: Any, direction: str) -> Any:
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)
        return {**schema, "additionalProperties": False} if isinstance(serializer, Body) else schema

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}List"

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        return super().get_serializer_name(serializer, direction).removesuffix("Answer")


class _Pages:
    """What stands around the items of a list."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "next_cursor"],
            "properties": {
                "items": schema,
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "Of the next page; null on the last.",
                    "example": None,
                },
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[Any]:
        return []


def _refusals(view: Any, operation: Operation) -> dict[int, list[str]]:
    kinds = ["unauthenticated", "not_allowed", "not_acceptable", "bad_parameter", "too_many", "failed", "unavailable"]
    if operation.on_row:
        kinds.append("not_found")
    if operation.body:
        kinds += ["malformed", "unsupported_media_type", "invalid", "too_large"]
    if operation.method == "POST":
        kinds += ["conflict", "in_progress", "key_reused"]
        kinds += ["duplicate"] if view.has_candidates and operation.status == 201 else []
    if operation.method == "DELETE":
        kinds.append("conflict")
    if operation.versioned:
        kinds += ["conflict", "stale", "version_needed"]
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(KINDS[kind][0], []).append(kind)
    return dict(sorted(by_status.items()))


_FAULTS = {
    "bad_parameter": {"parameter": "page_size", "code": "invalid", "detail": "Ask for 1 to 100 rows at once."},
    "invalid": {"pointer": "/name", "code": "required", "detail": "This field is required."},
}


def _problem_example(kind: str) -> OpenApiExample:
    status, title, detail = KINDS[kind]
    value = {"type": f"{KIND}{kind}", "title": title, "status": status, "detail": detail}
    value["instance"] = "/api/v1/employers/"
    errors = [_FAULTS[kind]] if kind in _FAULTS else []
    value |= {"errors": errors, "request_id": "4f0c1f0e5f6b4d7ab8f7a3d6f1f0a6d2"}
    return OpenApiExample(kind, value=value, summary=title, response_only=True, status_codes=[str(status)])


def _query(view: Any, operation: Operation) -> Any:
    if operation.filters:
        for name, form_field in operation.filters.base_fields.items():
            yield _parameter(name, form_field)
    if operation.many:
        yield OpenApiParameter("cursor", OpenApiTypes.STR, description="Of the page before: its next_cursor.")
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}
        yield OpenApiParameter("page_size", size, description="How many rows at most.")
    if operation.many and view.keeps_time():
        said = "Rows changed at this moment or later. Ask with an overlap of a minute: a change counts when it is made."
        yield OpenApiParameter("updated_since", OpenApiTypes.DATETIME, description=said)


def _parameter(name: str, form_field: forms.Field) -> OpenApiParameter:
    kind: dict[str, Any] = {"type": "string"}
    if isinstance(form_field, forms.DateField):
        kind["format"] = "date"
    elif isinstance(form_field, forms.UUIDField):
        kind["format"] = "uuid"
    elif isinstance(form_field, forms.BooleanField | forms.NullBooleanField):
        kind["enum"] = ["true", "false"]
    elif isinstance(form_field, forms.MultipleChoiceField):
        kind = {"type": "array", "items": kind}
    elif isinstance(form_field, forms.ChoiceField) and list(form_field.choices):
        kind["enum"] = [str(value) for value, _ in form_field.choices]
    elif isinstance(form_field, forms.CharField) and form_field.max_length:
        kind["maxLength"] = form_field.max_length
    said = str(form_field.help_text or form_field.label or "")
    return OpenApiParameter(name, kind, required=form_field.required, description=said)


_HEADER = OpenApiParameter.HEADER
_ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, _HEADER, response=[200, 201], description="The version of what is answered."
)
_RATE = OpenApiParameter(
    "RateLimit-Remaining", OpenApiTypes.INT, _HEADER, response=True, description="Requests left in this minute."
)
_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    _HEADER,
    description="Recommended: a UUID of your own. The same request again within 24 hours gets the same answer.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, _HEADER, required=True, description="The ETag of the version you change."
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", OpenApiTypes.STR, _HEADER, description="The ETag you have: 304 if it is the current one."
)


def name_refusals(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Write each answer of refusal once, under components, and refer to it (a hook of the generator)."""
    named: dict[str, dict[str, Any]] = {}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    kinds = "".join(next(iter(answer["content"].values()))["examples"])
                    named[f"{kinds}{status}"] = answer
                    operation["responses"][status] = {"$ref": f"#/components/responses/{kinds}{status}"}
    result["components"]["responses"] = dict(sorted(named.items()))
    result["tags"] = [
        {"name": resource.label, "description": (resource.__doc__ or "").strip()} for resource in api_resources
    ]
    return result
