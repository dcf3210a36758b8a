"""What a browser remembers of its user's taste: colours and single-key shortcuts. Cookies, so the server knows too."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web.shell import THEMES

YEAR = 365 * 24 * 60 * 60


class Theme(View):
    """Sets the cookie and goes back. Open to everybody: the sign-in page has the switch too."""

    http_method_names = ["post"]
    permission = None
    is_public = True

    def post(self, request: HttpRequest) -> HttpResponse:
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        response = HttpResponseRedirect(back if safe else "/")
        theme = request.POST.get("theme", "")
        _remember(response, "theme", theme if theme in THEMES else "system")
        return response


class Shortcuts(Page):
    """The list of keys, and the switch for those pressed alone (WCAG 2.1.4)."""

    permission = Permission.SEE_HOME
    template_name = "web/shortcuts.html"
    title = "Keyboard shortcuts"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(single_keys=self.request.COOKIES.get("single_keys") != "off", **extra)

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(reverse("shortcuts"))
        _remember(response, "single_keys", "off" if request.POST.get("single_keys") == "off" else "on")
        return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=False)
