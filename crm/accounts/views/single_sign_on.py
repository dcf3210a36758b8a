"""Signing in by the sign-in of one's college."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.debug import sensitive_variables

from crm.accounts.adapter import AccountAdapter
from crm.accounts.second_factor import proof
from crm.accounts.single_sign_on import client
from crm.accounts.single_sign_on.claims import shows_second_factor
from crm.accounts.single_sign_on.people import person_of
from crm.accounts.single_sign_on.provider import Provider, Refused, provider
from crm.accounts.views.sign_in import NeverStored

ATTEMPT = "single_sign_on"  # in the session: one try at a time

log = logging.getLogger(__name__)


class _AtProvider(NeverStored, View):
    """Knows the provider of the address; turns a refusal into its sentence on the sign-in page."""

    http_method_names = ["get"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = provider(kwargs["key"])
        if found is None:
            raise Http404
        if request.user.is_authenticated:
            return HttpResponseRedirect("/")
        self.provider: Provider = found
        try:
            if not ratelimit.consume(request, app="allauth.account", action="single_sign_on", limit_get=True):
                raise Refused(AccountAdapter.error_messages["too_many_login_attempts"], reason="limit")
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            log.warning("Sign-in by %s refused: %s", self.provider.key, refusal.reason)
            messages.error(request, refusal.message)
            return HttpResponseRedirect(reverse("account_login"))

    @property
    def callback(self) -> str:
        """The address that is registered at the provider: never one inside an institute."""
        path = reverse("accounts:single_sign_on_answer", args=[self.provider.key])
        return self.request.build_absolute_uri(path.removeprefix(f"/i/{self.request.institute_code}"))


class Begin(_AtProvider):
    """Off to the provider, when the person pressed the button here: another site's link or picture signs nobody in."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        if not _pressed_here(request):
            return HttpResponseRedirect(reverse("account_login"))
        attempt = client.Attempt.begin(self.provider, get_next_redirect_url(request) or "/")
        url = client.sign_in_url(self.provider, attempt, self.callback)
        request.session[ATTEMPT] = attempt.as_dict()
        return HttpResponseRedirect(url)


@method_decorator(sensitive_variables(), name="get")
class Answer(_AtProvider):
    """Back from the provider. The try is used up, whatever comes of it."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        kept, given = request.session.pop(ATTEMPT, None), request.GET
        attempt = client.Attempt(**kept) if kept else None
        if attempt is None or not attempt.answers(self.provider, given.get("state", "")):
            raise Refused(client.AGAIN, reason="state")
        if given.get("iss", self.provider.issuer).rstrip("/") != self.provider.issuer:
            raise Refused(client.AGAIN, reason="iss")
        if not given.get("code"):
            sentence = f"{self.provider.name} did not sign you in. Try again, or ask for a code by mail."
            raise Refused(sentence, reason="no code")
        claims = client.claims_of(self.provider, attempt, given["code"], self.callback)
        user = person_of(self.provider, claims)
        record_authentication(request, user, "socialaccount", provider=self.provider.key)
        if shows_second_factor(self.provider, claims):
            proof.give(request, user, "provider")
        return perform_login(request, user, redirect_url=attempt.next)


def _pressed_here(request: HttpRequest) -> bool:
    """Browsers say where a visit comes from; old ones only by the page that held the link."""
    said = request.headers.get("Sec-Fetch-Site")
    if said:
        return said == "same-origin"
    return urlsplit(request.headers.get("Referer", "")).netloc == request.get_host()
