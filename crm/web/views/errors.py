"""Pages of refusals: real status codes, the same words for an unknown id and another institute's."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

WORDS = {
    400: ("That request did not make sense", "Go back, reload the page and try again."),
    403: ("You may not do that", "Your role does not allow it. Ask an administrator of your institute if you need it."),
    404: (
        "There is no such page",
        "Check the address. What you look for may be gone, or you may not see it.",
    ),
    500: ("Something went wrong on our side", "Nothing was saved. The error has been recorded; try again in a minute."),
    503: ("The service is not available", "The database does not answer. Nothing is lost; try again in a minute."),
}
# A broken connection at COMMIT looks the same whether the change was saved or not, so the page must claim neither.
IN_DOUBT = (
    "We cannot tell whether that was saved",
    "The connection to the database broke at the moment of saving. Look whether your change is there before you make "
    "it again. Money forms count once: sending the same one again from this tab pays or awards nothing twice.",
)


def page(request: HttpRequest, status: int, *, title: str = "", text: str = "") -> HttpResponse:
    """The page for a status. Touches no database: it is shown when there is none."""
    usual_title, usual_text = WORDS[status]
    values = {
        "status": status,
        "title": title or usual_title,
        "text": text or usual_text,
        "request_id": getattr(request, "request_id", "") if status >= 500 else "",
    }
    response = HttpResponse(render_to_string("web/error.html", values), status=status)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old: usually a page left open over a sign-out."""
    return page(
        request,
        403,
        title="This form is too old to be sent",
        text="Go back, reload the page and send it again. Cookies must be allowed.",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 when what was raised says that the database does not answer (or not in time).

    Says that nothing was saved only where that is known.
    """
    raised = sys.exc_info()[1]  # Django calls this while it handles the exception
    status = 503 if isinstance(raised, OperationalError | InterfaceError) else 500
    title, text = IN_DOUBT if getattr(request, "may_be_saved", False) else ("", "")
    return page(request, status, title=title, text=text)
