"""One's own second factors: seeing, adding and removing them, and proving again who one is."""

import base64
import json
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode

from crm.accounts.reads import colleges_of, has_second_factor
from crm.accounts.second_factor import actions, proof
from crm.accounts.second_factor.adapter import factor_name
from crm.accounts.second_factor.forms import AppForm, FactorForm, PasskeyForm
from crm.accounts.sessions import device
from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission, any_needs_second_factor

NEW_SECRET = "second_factor.new_secret"  # noqa: S105  a key of the session, which holds it encrypted


class _OwnAccount:
    """Everybody signed in may, with or without an institute in the path."""

    permission = Permission.SIGN_IN
    needs_institute = False


class Recently:
    """Who changes how they sign in has proved themselves within the last ten minutes; others are asked to first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not proof.is_recent(request, by_factor=has_second_factor(user)):
            here = request.get_full_path() if hasattr(self, "get") else reverse("accounts:second_factor")
            return HttpResponseRedirect(f"{reverse('accounts:confirm')}?{urlencode({'next': here})}")
        return super().dispatch(request, *args, **kwargs)


class SecondFactor(_OwnAccount, Page):
    """What one has, and what one could add."""

    template_name = "accounts/second_factor.html"
    title = "How you sign in"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        mine = list(Authenticator.objects.filter(user=self.request.user).order_by("created_at", "id"))
        factors = [f for f in mine if f.type != Authenticator.Type.RECOVERY_CODES]
        codes = next((f for f in mine if f.type == Authenticator.Type.RECOVERY_CODES), None)
        return super().get_context(
            factors=[{"factor": f, "name": factor_name(f), "is_app": f.type == "totp"} for f in factors],
            has_app=any(f.type == Authenticator.Type.TOTP for f in factors),
            codes=codes,
            codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
            colleges=colleges_of(self.request.user),
            is_needed=any_needs_second_factor(m.role for m in self.request.memberships),
            **extra,
        )


class AddApp(_OwnAccount, Recently, FormPage):
    """Scan a picture with the app, type the code it shows."""

    form_class = AppForm
    template_name = "accounts/add_app.html"
    title = "Add an authenticator app"

    def prepare(self) -> None:
        """One secret from the first look at the page until its code is typed, so that a reload keeps the picture."""
        kept = self.request.session.get(NEW_SECRET)
        self.secret = get_adapter().decrypt(kept) if kept else generate_totp_secret()
        if not kept:
            self.request.session[NEW_SECRET] = get_adapter().encrypt(self.secret)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"secret": self.secret}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        url = get_adapter().build_totp_url(self.request.user, self.secret)
        picture = base64.b64encode(get_adapter().build_totp_svg(url).encode()).decode()
        groups = [self.secret[i : i + 4] for i in range(0, len(self.secret), 4)]
        return super().get_context(
            picture=f"data:image/svg+xml;base64,{picture}", secret=" ".join(groups), app_url=url, **extra
        )

    def act(self, form: forms.Form) -> str:
        factor = actions.add_app(secret=self.secret, step=form.step, by=self.request.user)
        self.request.session.pop(NEW_SECRET, None)
        return _shown(self.request, factor)


class AddPasskey(_OwnAccount, Recently, FormPage):
    """The browser makes a key that stays on the device and asks for its PIN, finger or face."""

    form_class = PasskeyForm
    template_name = "accounts/add_passkey.html"
    title = "Add a passkey"

    def get_initial(self) -> dict[str, Any]:
        return {"name": device(self.request.headers.get("User-Agent", ""))}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        options = webauthn.begin_registration(self.request.user, True)
        return super().get_context(options=json.dumps(options), **extra)

    def act(self, form: forms.Form) -> str:
        given = form.cleaned_data
        factor = actions.add_passkey(name=given["name"], credential=given["credential"], by=self.request.user)
        return _shown(self.request, factor)


def _shown(request: HttpRequest, factor: Authenticator) -> str:
    """Setting a factor up shows that one has it. On to the recovery codes where they have not been seen."""
    proof.give(request, request.user, factor.type)
    codes = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    unseen = codes is not None and not codes.wrap().did_view
    return reverse("accounts:recovery_codes" if unseen else "accounts:second_factor")


class RemoveFactor(_OwnAccount, Recently, ActionView):
    """Take one of one's own factors away."""

    success_message = "It is removed. A mail about it is on its way to you."

    def prepare(self) -> None:
        self.factor = get_object_or_404(Authenticator, user=self.request.user, pk=self.kwargs["pk"])

    def act(self) -> str:
        actions.remove_factor(factor=self.factor, by=self.request.user)
        return reverse("accounts:second_factor")


class RecoveryCodes(_OwnAccount, Recently, Page):
    """The codes, once. A second look says only how many are left; POST makes new ones."""

    http_method_names = ["get", "post"]  # HEAD would use up the one look
    template_name = "accounts/recovery_codes.html"
    title = "Recovery codes"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES)
        kept = kept.select_for_update().first()
        if kept is None:
            return HttpResponseRedirect(reverse("accounts:second_factor"))
        codes = kept.wrap()
        context = {"left": len(codes.get_unused_codes())}
        if not codes.did_view:
            codes.mark_as_viewed()
            context["codes"] = [f"{code[:4]} {code[4:]}" for code in codes.get_unused_codes()]
        return self.render(self.get_context(**context))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.make_recovery_codes(by=request.user)
        return HttpResponseRedirect(reverse("accounts:recovery_codes"))


class Confirm(_OwnAccount, FormPage):
    """Prove again who you are: with a factor, or by signing in again where there is none."""

    form_class = FactorForm
    template_name = "accounts/confirm.html"
    title = "Confirm that it is you"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        request = self.request
        return super().get_context(
            has_factor=has_second_factor(request.user), next=_next(request), **passkey_options(request.user), **extra
        )

    def act(self, form: forms.Form) -> str:
        proof.give(self.request, self.request.user, form.factor.type)
        return _next(self.request)


class SignInAgain(_OwnAccount, ActionView):
    """Ends the session and asks for a new code by mail, for those without any factor."""

    def act(self) -> str:
        url = f"{reverse('account_login')}?{urlencode({'next': _next(self.request)})}"
        logout(self.request)
        return url


def passkey_options(user: Any) -> dict[str, Any]:
    """`options` for a page where one of the person's passkeys may answer; nothing when they have none."""
    has_passkey = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    return {"options": json.dumps(webauthn.begin_authentication(user))} if has_passkey else {}


def _next(request: HttpRequest) -> str:
    return get_next_redirect_url(request) or reverse("accounts:second_factor")
