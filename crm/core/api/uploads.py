"""Files sent as forms (multipart/form-data), as browsers and curl send them: written to disk and never held whole."""

import hashlib
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from crm.core.api.operations import Operation
from crm.core.api.parsing import storable
from crm.identity.roles import Permission

FORM = "multipart/form-data"


def takes_file(request: HttpRequest, rights: Collection[Permission]) -> bool:
    """Whether this is a form with a file, sent where one is taken by whom may send it: it may be as large as a page's.

    Asked of the address alone, before anything of the body is read. `rights` are the token's.
    """
    operation = _operation(request)
    if operation is None or operation.upload is None:
        return False
    return operation.permission is Permission.SIGN_IN or operation.permission in rights


def _operation(request: HttpRequest) -> Operation | None:
    if request.method != "POST" or request.content_type != FORM:
        return None
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return None
    return view.cls.operations.get(view.actions.get("post", ""))


def digest_of(request: HttpRequest) -> bytes:
    """Of what a form says: the words between its parts are others each time it is sent."""
    digest = hashlib.sha256()
    said = sorted((name, value) for name in request.POST for value in request.POST.getlist(name))
    digest.update(repr(said).encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            inside = hashlib.sha256()
            for piece in file.chunks():
                inside.update(piece)
            digest.update(repr((name, file.name, inside.hexdigest())).encode("utf-8", "surrogatepass"))
    return digest.digest()


def facts_sent(request: Request, operation: Operation) -> tuple[type, Any]:
    """The serializer that reads the body, and the body. Raises ParseError (400), UnsupportedMediaType (415)."""
    if request._request.content_type != FORM:
        return operation.body, request.data
    if operation.upload is None:
        raise UnsupportedMediaType(FORM)
    for name, values in request.data.lists():
        if len(values) > 1:
            raise ParseError("A part of the form stands twice.")
        if not storable(name) or not all(storable(value) for value in values if isinstance(value, str)):
            raise ParseError("A text in the form holds a NUL or half of a character.")
    return operation.upload, request.data
