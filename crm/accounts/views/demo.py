"""The page behind a printed link of the demo."""

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.debug import sensitive_variables

from crm.accounts.demo_links import find_link, use_link
from crm.accounts.second_factor import proof


@method_decorator(sensitive_variables("token"), name="dispatch")
class UseDemoLink(View):
    """GET names the person and signs nobody in; the button does. A used or old link says so.

    The address reaches no other site: the site's referrer policy is same-origin. With no-referrer browsers would send
    "Origin: null" with the button, and the check against forged requests would refuse it.
    """

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = find_link(token)
        context = {"title": "Sign in to the demo", "link": link}
        return TemplateResponse(request, "accounts/demo_link.html", context, status=200 if link else 410)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        user = use_link(token)
        if user is None:
            return TemplateResponse(
                request, "accounts/demo_link.html", {"title": "Sign in to the demo", "link": None}, status=410
            )
        proof.give(request, user, "demo")
        return perform_login(request, user, redirect_url="/")
