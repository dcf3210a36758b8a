"""The people of an institute and their roles."""

from typing import Any

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.accounts import actions
from crm.accounts.forms import InvitationForm, RoleForm
from crm.accounts.reads import Person, colleges_of, has_second_factor, people_of_institute
from crm.core.views import ActionView, FormPage, Page
from crm.identity.models import Membership
from crm.identity.roles import ROLES, Permission, Role


class People(Page):
    """Everybody with a role here; those whose roles have all ended last."""

    permission = Permission.MANAGE_PEOPLE
    template_name = "accounts/people.html"
    title = "People"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        people = people_of_institute()
        here = [p for p in people if p.state != "ended"]
        return super().get_context(people=here, former=[p for p in people if p.state == "ended"], **extra)


class Invite(FormPage):
    """Invite somebody by name, address and role."""

    permission = Permission.MANAGE_PEOPLE
    form_class = InvitationForm
    template_name = "accounts/invite.html"
    title = "Invite a person"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"institute": self.request.institute}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        cards = [(role.label, ROLES[role].description) for role in Role]
        offered = {label for _, label in extra["form"].fields["role"].choices}
        return super().get_context(cards=[card for card in cards if card[0] in offered], **extra)

    def act(self, form: forms.Form) -> str:
        given = form.cleaned_data
        actions.invite_person(name=given["name"], email=given["email"], role=Role(given["role"]), by=self.request.user)
        self.success_message = f"An invitation is on its way to {given['email']}."
        return reverse("accounts:people")


class OfPerson:
    """Loads the person of the address, who must have or have had a role here."""

    def prepare(self) -> None:
        found = people_of_institute(self.kwargs["pk"])
        if not found:
            raise Http404
        self.person: Person = found[0]


class PersonPage(OfPerson, FormPage):
    """One person: their roles here, each with its end; and a form to give another."""

    permission = Permission.MANAGE_PEOPLE
    form_class = RoleForm
    template_name = "accounts/person.html"
    success_message = "The role is given."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"institute": self.request.institute}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        roles = [(m, Role(m.role).label, ROLES[Role(m.role)].description) for m in self.person.in_force]
        more = {"has_factor": has_second_factor(self.person.user), "colleges": colleges_of(self.person.user)}
        return super().get_context(person=self.person, roles=roles, **more, **extra) | {"title": self.person.name}

    def act(self, form: forms.Form) -> str:
        actions.give_role(user=self.person.user, role=Role(form.cleaned_data["role"]), by=self.request.user)
        return reverse("accounts:person", args=[self.person.user.id])


class EndRole(ActionView):
    """Take one role away."""

    permission = Permission.MANAGE_PEOPLE
    success_message = "The role has ended."

    def prepare(self) -> None:
        self.membership = get_object_or_404(Membership, institute=self.request.institute, pk=self.kwargs["pk"])

    def act(self) -> str:
        actions.end_role(membership=self.membership, by=self.request.user)
        return reverse("accounts:person", args=[self.membership.user_id])


class EndAllRoles(OfPerson, ActionView):
    """Take all roles away: the person no longer gets in."""

    permission = Permission.MANAGE_PEOPLE
    success_message = "This person no longer gets in."

    def act(self) -> str:
        actions.end_all_roles(user=self.person.user, by=self.request.user)
        return reverse("accounts:people")
