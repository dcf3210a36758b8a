"""How allauth behaves here: one way in, by a mailed code that is typed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from crm.mail.backend import KIND_HEADER


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people are invited by an institute's administrator."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "That is not the code. Type the one from the newest mail.",
        "too_many_login_attempts": "That was too many tries. Wait a few minutes, then ask for a new code.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        """Codes by mail, then the second factor of those who have one."""
        return ["allauth.account.stages.LoginByCodeStage", "crm.accounts.second_factor.stage.SecondFactorStage"]

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: neither another host nor this one written out."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """As allauth does, marked with what kind of mail it is."""
        return super().render_mail(template_prefix, email, context, {**(headers or {}), KIND_HEADER: template_prefix})

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Another program holds tokens and never signs in, whichever way somebody tries."""
        if user.is_service:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """An account closed between code and sign-in gets the answer of a wrong code."""
        clear_login(request)
        messages.error(request, self.error_messages["too_many_login_attempts"])
        return HttpResponseRedirect(reverse("account_login"))
