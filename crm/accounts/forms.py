"""Forms of the account pages."""

import datetime as dt

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms

from crm.accounts.actions.services import NO_ROLES
from crm.accounts.actions.tokens import READING
from crm.base.clock import now
from crm.base.ids import new_id
from crm.identity.models import Institute
from crm.identity.roles import NOT_FOR_TOKENS, ROLES, Permission, Role


class AddressForm(RequestLoginCodeForm):
    """Where to send the code. The answer is the same whether or not anybody has that address."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = "E-mail address"
        email.error_messages["invalid"] = "Enter an e-mail address like name@example.ac.uk."
        email.error_messages["required"] = "Enter your e-mail address."
        email.widget = forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})


class CodeForm(ConfirmLoginCodeForm):
    """The code from the mail, with or without its dash."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "Code"
        code.max_length = 20
        code.error_messages["required"] = "Type the code from the mail."
        code.widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
        )


class RoleForm(forms.Form):
    """Which role to give."""

    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: object, institute: Institute, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "Choose a role"), *((r.value, r.label) for r in roles_of(institute))]


class InvitationForm(RoleForm):
    """Whom to invite."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ("name", "email", "role")


def roles_of(institute: Institute) -> list[Role]:
    """The roles given on the page "People". A sponsor's contact gets theirs on the record of their employer."""
    if institute.kind == Institute.Kind.NETWORK:
        return [Role.NETWORK_LEAD, Role.INSTITUTE_ADMINISTRATOR]
    return [role for role in Role if role not in (Role.NETWORK_LEAD, Role.SPONSOR_CONTACT)]


LIVES = [("30", "30 days"), ("90", "90 days"), ("180", "half a year"), ("365", "a year")]


class TokenForm(forms.Form):
    """What a token is for, what it may do and for how long. Its key makes one token however often the form is sent."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=new_id)
    name = forms.CharField(
        label="What is it for?", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    days = forms.ChoiceField(label="It works for", choices=LIVES, initial="90")
    scopes = forms.MultipleChoiceField(
        label="It may",
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than you may yourself. Tick changes only where the program makes them.",
        error_messages={"required": "Tick at least one."},
    )

    def __init__(self, *args: object, rights: frozenset[Permission], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offered = [right for right in Permission if right in rights - NOT_FOR_TOKENS]
        self.fields["scopes"].choices = [(right.name, right.value) for right in offered]
        self.fields["scopes"].initial = [right.name for right in offered if right in READING]

    def grant(self) -> dict[str, object]:
        """For create_token."""
        given = self.cleaned_data
        scopes = [Permission[name] for name in given["scopes"]]
        return {"scopes": scopes, "expires_at": now() + dt.timedelta(days=int(given["days"]))}


class ReplaceForm(forms.Form):
    """Its key makes one new token however often the form is sent."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=new_id)


class ProgramForm(forms.Form):
    """Another program: its name, its role, and whether it changes anything."""

    name = forms.CharField(
        label="Which program is it?", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose a role"), *((r.value, r.label) for r in Role if r not in NO_ROLES)],
        help_text="What the role may is the most that any token of the program may.",
    )
    writes = forms.ChoiceField(
        label="What it does",
        choices=[("reads", "It only reads"), ("writes", "It reads and changes, as the role may")],
        widget=forms.RadioSelect,
        initial="reads",
    )
    days = forms.ChoiceField(label="Its first token works for", choices=LIVES, initial="365")

    def scopes(self) -> frozenset[Permission] | None:
        """None for reading alone, as create_token has it."""
        if self.cleaned_data["writes"] == "reads":
            return None
        return ROLES[Role(self.cleaned_data["role"])].permissions - NOT_FOR_TOKENS
