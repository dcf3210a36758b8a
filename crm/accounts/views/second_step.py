"""The second step of signing in, and signing in by passkey alone."""

import json
import time
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core import ratelimit
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views import View
from django.views.generic import FormView

from crm.accounts.adapter import AccountAdapter
from crm.accounts.reads import has_second_factor
from crm.accounts.second_factor import proof
from crm.accounts.second_factor.checking import passkey_of_anybody
from crm.accounts.second_factor.forms import FactorForm
from crm.accounts.second_factor.stage import SecondFactorStage
from crm.accounts.views.second_factor import passkey_options
from crm.accounts.views.sign_in import ANSWER_SECONDS, NeverStored

UNKNOWN_PASSKEY = "That passkey is not known here. Try another one, or ask for a code by mail."


@method_decorator(login_stage_required(stage=SecondFactorStage.key, redirect_urlname="account_login"), name="dispatch")
class SecondStep(NeverStored, FormView):
    """After the code from the mail, or a college's sign-in: the app, a recovery code or a passkey."""

    form_class = FactorForm
    template_name = "accounts/second_step.html"
    extra_context = {"title": "Second step"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.user = request._login_stage.login.user
        if not has_second_factor(self.user):  # reset while they were on the way in
            return HttpResponseRedirect(reverse("account_login"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, **passkey_options(self.user))

    def form_valid(self, form: FactorForm) -> HttpResponse:
        proof.give(self.request, self.user, form.factor.type)
        return self.request._login_stage.exit()


class PasskeySignIn(NeverStored, View):
    """GET gives a challenge for any passkey of this site, POST takes the answer: both factors in one step."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(webauthn.begin_authentication(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        if not ratelimit.consume(request, action="passkey"):
            return _back(request, AccountAdapter.error_messages["too_many_login_attempts"])
        factor = passkey_of_anybody(_credential(request))
        if factor is None:
            # The same words after the same time for a person who is not here and for one whose key it is not.
            time.sleep(max(0.0, started + ANSWER_SECONDS - time.monotonic()))
            return _back(request, UNKNOWN_PASSKEY)
        factor.record_usage()
        proof.give(request, factor.user, factor.type)
        return perform_login(request, factor.user, redirect_url=get_next_redirect_url(request))


def _credential(request: HttpRequest) -> Any:
    try:
        return json.loads(request.POST.get("credential", ""))
    except ValueError:
        return None


def _back(request: HttpRequest, message: str) -> HttpResponse:
    messages.error(request, message)
    url, target = reverse("account_login"), get_next_redirect_url(request)
    return HttpResponseRedirect(f"{url}?{urlencode({'next': target})}" if target else url)
