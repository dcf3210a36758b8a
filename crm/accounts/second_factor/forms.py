"""Forms about second factors."""

from typing import Any

from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms

from crm.accounts.second_factor.checking import MALFORMED, step_of, try_code, try_passkey
from crm.identity.models import User

_CODE = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "off"}


class FactorForm(forms.Form):
    """A code, typed, or what a passkey signed. After validation `factor` is the one that was shown.

    A wrong try is counted while the form is cleaned, so that a refusal further on cannot take it back.
    """

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(attrs={**_CODE, "autofocus": True}),
        error_messages={"required": "Type the code."},
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["code"].required = not (self.data.get("credential") and "code" not in self.data)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        if given.get("credential"):
            tried = try_passkey(self.user, given["credential"])
        else:
            tried = try_code(self.user, given.get("code", ""))
        if tried.factor is None:
            self.add_error("code", tried.refusal)
        self.factor = tried.factor
        return given


class AppForm(forms.Form):
    """The first code of a new authenticator app. After validation `step` is the half-minute it belongs to."""

    code = forms.CharField(
        label="Code that the app shows",
        max_length=40,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
        error_messages={"required": "Type the six digits that the app shows now."},
    )

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        self.step = step_of(self.secret, code)
        if self.step is None:
            raise forms.ValidationError("That is not the code. Type the one the app shows now; check its clock.")
        return code


class PasskeyForm(forms.Form):
    """A new passkey, as the browser made it for the challenge of this session."""

    name = forms.CharField(label="What to call it", max_length=40, help_text="The device it is on, for instance.")
    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": "The browser made no passkey. Try again."}
    )

    def clean_credential(self) -> dict[str, Any]:
        credential = self.cleaned_data["credential"]
        try:
            webauthn.parse_registration_response(credential)
            webauthn.complete_registration(credential)
        except MALFORMED:
            raise forms.ValidationError("That passkey could not be checked. Try again.") from None
        return credential


class ReasonForm(forms.Form):
    """Why an administrator resets somebody's second factor."""

    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For instance: lost her phone, identified by video call.",
        error_messages={"required": "Say why, for whoever reads the audit."},
    )
