"""An administrator resets the second factor of somebody who has lost theirs."""

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse

from crm.accounts.second_factor import actions
from crm.accounts.second_factor.forms import ReasonForm
from crm.accounts.views.people import OfPerson
from crm.accounts.views.second_factor import Recently
from crm.core.views import FormPage
from crm.identity.roles import Permission


class ResetFactors(OfPerson, Recently, FormPage):
    """Asks for the reason. Only for somebody who works here and has signed in since: others are not theirs to touch."""

    permission = Permission.MANAGE_PEOPLE
    form_class = ReasonForm
    template_name = "accounts/reset_factors.html"
    title = "Reset a second factor"
    success_message = "The second factor is reset, and they are signed out everywhere. A mail tells them."

    def prepare(self) -> None:
        super().prepare()
        if self.person.state != "active":
            raise Http404

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(person=self.person, **extra)

    def act(self, form: forms.Form) -> str:
        actions.reset_factors(user=self.person.user, reason=form.cleaned_data["reason"], by=self.request.user)
        return reverse("accounts:person", args=[self.person.user.id])
