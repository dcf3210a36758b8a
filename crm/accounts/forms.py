"""Forms of the account pages."""

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms

from crm.identity.models import Institute
from crm.identity.roles import Role


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
