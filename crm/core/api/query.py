"""The query string: read by the filter form of the page, and nothing in it is silently ignored."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from crm.core.api.fields import Moment
from crm.core.api.pagination import DEFAULT_SIZE, LARGEST_SIZE
from crm.core.api.problems import Problem
from crm.core.redirects import lead_on

PAGING = ("cursor", "page_size")
LONGEST_CURSOR = 2000


@dataclass(frozen=True)
class Query:
    """What was asked for. `list_of` names the list whatever the page."""

    filters: dict[str, Any] = field(default_factory=dict)
    page_size: int = DEFAULT_SIZE
    cursor: str = ""
    updated_since: dt.datetime | None = None
    list_of: str = ""
    path: str = ""
    parameters: tuple[tuple[str, str], ...] = ()

    def url_of(self, cursor: str) -> str:
        """The address of the page that starts after `cursor`."""
        return f"{self.path}?{urlencode([*self.parameters, ('cursor', cursor)])}"


def read_query(
    request: Request, form_class: type[forms.Form] | None, *, has_pages: bool = False, updated_since: bool = False
) -> Query:
    """Raises Problem (400) naming each parameter that is unknown, said twice or not understood."""
    lead_on(request._request)
    form = form_class(request.query_params) if form_class else None
    known = set(form.fields if form else ()) | set(PAGING if has_pages else ())
    known |= {"updated_since"} if updated_since else set()
    wrong = list(_unknown(request, known, form))
    if form and not form.is_valid():
        wrong += [_fault(name, said.code or "invalid", _sentence(said)) for name, said in _errors(form)]
    size, since, cursor = DEFAULT_SIZE, None, ""
    if has_pages:
        size = _page_size(request, wrong)
        cursor = request.query_params.get("cursor", "")[:LONGEST_CURSOR]
    if updated_since:
        since = _since(request, wrong)
    if wrong:
        raise Problem("bad_parameter", errors=wrong)
    kept = tuple(sorted((n, v) for n in known - {"cursor"} for v in request.query_params.getlist(n)))
    return Query(
        filters=form.cleaned_data if form else {},
        page_size=size,
        cursor=cursor,
        updated_since=since,
        list_of=f"{request.path}?{urlencode([pair for pair in kept if pair[0] != 'page_size'])}",
        path=request.path,
        parameters=kept,
    )


def _fault(parameter: str, code: str, detail: str) -> dict[str, str]:
    return {"parameter": parameter, "code": code, "detail": detail}


def _unknown(request: Request, known: set[str], form: forms.Form | None) -> Any:
    for name, values in request.query_params.lists():
        if name not in known:
            offered = ", ".join(sorted(known)) or "none"
            yield _fault(name, "unknown", f"There is no such parameter here. Those there are: {offered}.")
        elif len(values) > 1 and not (form and isinstance(form.fields.get(name), forms.MultipleChoiceField)):
            yield _fault(name, "twice", "Say this once.")
        elif any("\x00" in value for value in values):
            yield _fault(name, "unstorable", "This holds a NUL. Send it without.")


def _errors(form: forms.Form) -> Any:
    for name, errors in form.errors.as_data().items():
        yield from ((name, error) for error in errors)


def _sentence(error: Any) -> str:
    return " ".join(str(message) for message in error.messages)


def _page_size(request: Request, wrong: list[dict[str, str]]) -> int:
    text = request.query_params.get("page_size", str(DEFAULT_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LARGEST_SIZE):
        wrong.append(_fault("page_size", "invalid", f"Ask for 1 to {LARGEST_SIZE} rows at once."))
        return DEFAULT_SIZE
    return int(text)


def _since(request: Request, wrong: list[dict[str, str]]) -> dt.datetime | None:
    text = request.query_params.get("updated_since")
    if text is None:
        return None
    try:
        return Moment().to_internal_value(text)
    except ValidationError:
        wrong.append(_fault("updated_since", "invalid", "Send a moment with its offset, such as 2026-11-24T09:30:00Z."))
        return None
