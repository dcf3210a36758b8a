"""Tokens of the API: one's own; administrators see and end everybody's, and let programs in."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.accounts.actions import add_service, create_token, revoke_token, rotate_token
from crm.accounts.actions.tokens import NewToken
from crm.accounts.forms import ProgramForm, ReplaceForm, TokenForm
from crm.accounts.models import ApiToken
from crm.accounts.reads import tokens_shown
from crm.base.clock import now
from crm.core.institute_transaction import rights_of
from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission, Role


class Tokens(Page):
    """The tokens one may see here."""

    permission = Permission.SIGN_IN
    template_name = "accounts/tokens.html"
    title = "API tokens"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        everybodys = self.request.may(Permission.MANAGE_PEOPLE)
        lines = tokens_shown(self.request.user, all_of_institute=everybodys)
        return super().get_context(lines=lines, everybodys=everybodys, **extra)


class _ShownOnce(FormPage):
    """Answers with the secret, on a page that is nowhere else to be had."""

    permission = Permission.SIGN_IN

    def show(self, new: NewToken) -> HttpResponse:
        context = self.get_context(token=new.token, secret=new.secret) | {"title": "Copy the token now"}
        return self.render(context, template="accounts/token_shown.html")


class AddToken(_ShownOnce):
    """A token of one's own, with as much of one's own rights as it needs."""

    form_class = TokenForm
    template_name = "accounts/add_token.html"
    title = "New API token"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"rights": rights_of(self.request)}

    def act(self, form: TokenForm) -> HttpResponse:
        user, given = self.request.user, form.cleaned_data
        return self.show(create_token(name=given["name"], key=given["key"], user=user, by=user, **form.grant()))


class AddProgram(_ShownOnce):
    """An account for a program with one role, and its first token."""

    permission = Permission.MANAGE_PEOPLE
    form_class = ProgramForm
    template_name = "accounts/add_token.html"
    title = "Let a program in"

    def act(self, form: ProgramForm) -> HttpResponse:
        given, by = form.cleaned_data, self.request.user
        service = add_service(name=given["name"], role=Role(given["role"]), by=by)
        scopes = form.scopes()
        until = now() + dt.timedelta(days=int(given["days"]))
        return self.show(create_token(name=given["name"], user=service, scopes=scopes, expires_at=until, by=by))


class _OneToken:
    """Loads a token that one may see: one's own, or any of the institute for its administrators."""

    permission = Permission.SIGN_IN

    def prepare(self) -> None:
        found: QuerySet[ApiToken] = ApiToken.objects.visible_to(self.request.user)
        if not self.request.may(Permission.MANAGE_PEOPLE):
            found = found.filter(user=self.request.user)
        self.token = get_object_or_404(found.select_related("user"), pk=self.kwargs["pk"])


class ReplaceToken(_OneToken, _ShownOnce):
    """A new secret; the old one works a week longer."""

    form_class = ReplaceForm
    template_name = "accounts/replace_token.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(**{"token": self.token, **extra}) | {"title": f"Replace {self.token.name}"}

    def act(self, form: ReplaceForm) -> HttpResponse:
        return self.show(rotate_token(token=self.token, key=form.cleaned_data["key"], by=self.request.user))


class RevokeToken(_OneToken, ActionView):
    """End it at once."""

    success_message = "The token has ended."

    def act(self) -> str:
        revoke_token(token=self.token, by=self.request.user)
        return reverse("accounts:tokens")
