"""The way in: type your address, get a code, type it. Everything else that allauth could do has no address here."""

import time
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from crm.accounts.adapter import AccountAdapter
from crm.accounts.forms import AddressForm, CodeForm
from crm.accounts.single_sign_on.provider import providers

# Part of the limit's key, so that it counts per mailed code and not per person: nobody can lock another out with it.
ATTEMPT_ACTION = "confirm_login_code"


# Storing a mail takes ten milliseconds. Every answer takes this long, so no clock tells who has an account.
ANSWER_SECONDS = 0.15


class NeverStored:
    """What these pages show is for one pair of eyes, once."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if response.status_code == 200:
            response.status_code = 422
        return response


class SignIn(NeverStored, RequestLoginCodeView):
    """Ask for the address. Known, unknown and closed accounts are answered alike."""

    template_name = "accounts/sign_in.html"
    extra_context = {"title": "Sign in"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, providers=providers(), next=get_next_redirect_url(self.request))

    def get_form_class(self) -> type[AddressForm]:
        return AddressForm

    def form_valid(self, form: AddressForm) -> HttpResponse:
        started = time.monotonic()
        response = super().form_valid(form)
        time.sleep(max(0.0, started + ANSWER_SECONDS - time.monotonic()))
        return response

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Do not send people on to the code they are waiting for: they came back to ask for another."""


class TypeCode(NeverStored, ConfirmLoginCodeView):
    """Ask for the code. Three tries within ten minutes, then a new code is needed."""

    template_name = "accounts/type_code.html"
    extra_context = {"title": "Type the code"}

    def get_form_class(self) -> type[CodeForm]:
        return CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.said_why = False
        response = super().dispatch(request, *args, **kwargs)
        sent_back = response.status_code == 302 and response.url == reverse("account_login")
        if sent_back and request.method == "POST" and not self.said_why:
            messages.error(request, "That code is no longer good. Ask for a new one.")
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The number of tries in the session is read and written by each request, so requests at the same moment would
        # each count as the first. The limit in the database is taken under a lock.
        attempt = f"{self._process.state.get('email')} {self._process.state['at']}"
        if ratelimit.consume(request, action=ATTEMPT_ACTION, key=attempt):
            return super().post(request, *args, **kwargs)
        self._process.abort()
        self.said_why = True
        messages.error(request, AccountAdapter.error_messages["too_many_login_attempts"])
        return HttpResponseRedirect(reverse("account_login"))

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        self.said_why = True
        return super().form_invalid(form)


class SignOut(NeverStored, LogoutView):
    """A question on GET, the end of the session on POST."""

    template_name = "accounts/sign_out.html"
    extra_context = {"title": "Sign out"}
