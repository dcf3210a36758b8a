"""Those whose role needs a second factor reach nothing before this session has seen one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from crm.accounts.reads import has_second_factor, needs_second_factor
from crm.accounts.second_factor import proof
from crm.core.api.problems import Problem
from crm.identity.roles import any_needs_second_factor

NO_FACTOR = "This token's person must have a second factor and has none. They set one up on the page How you sign in."
# What they still reach: the pages that set a factor up or ask for it, the way out, and the colours.
OPEN = {
    "accounts:second_factor",
    "accounts:add_app",
    "accounts:add_passkey",
    "accounts:recovery_codes",
    "accounts:confirm",
    "accounts:sign_in_again",
    "account_logout",
    "theme",
}


class SecondFactorGate:
    """Stands inside the transaction of the request, which knows the person's roles. Asks the database nothing for
    those who have passed it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not any_needs_second_factor(m.role for m in request.memberships) or proof.is_given(request):
            return None
        if getattr(request, "api_token", None):  # no session, so its person must have set one up
            return Problem("not_allowed", NO_FACTOR).response(request) if needs_second_factor(request.user) else None
        if request.resolver_match.view_name in OPEN:
            return None
        return _lead(request)


def _lead(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the factor, or to the one that sets one up."""
    if has_second_factor(request.user):
        here = request.get_full_path() if request.method == "GET" and not request.htmx else "/"
        url = f"{reverse('accounts:confirm')}?{urlencode({'next': here})}"
    else:
        url = reverse("accounts:second_factor")
        messages.info(request, "Your role needs a second factor. Set one up to go on.")
    if request.htmx:
        return HttpResponse(status=403, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
