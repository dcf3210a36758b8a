"""The institute a page works in is the start of its path: /i/yhiot/employers/.

It is taken off and set as the script prefix, the way a server mounts an application below a path. So every `{% url %}`
stays inside the institute, two tabs can show two institutes, and no view carries the code about.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix

_PATH = re.compile(r"/i/(?P<code>[-a-z0-9]{1,12})(?P<rest>/.*)")


class InstitutePathMiddleware:
    """Sets `request.institute_code` ("" outside an institute) and mounts the rest of the request below it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _PATH.fullmatch(request.path_info)
        request.institute_code = found["code"] if found else ""
        if not found:
            return self.get_response(request)
        before = get_script_prefix()
        request.path_info = found["rest"]
        set_script_prefix(f"{before.rstrip('/')}/i/{found['code']}/")
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(before)


def path_in(code: str, path: str) -> str:
    """The path of `path` (starting with /) inside the institute with that code."""
    return f"/i/{code}{path}"
