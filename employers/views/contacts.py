"""People at an employer."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.base.clock import today
from crm.core.views import FormPage
from crm.identity.models import User
from crm.identity.roles import Permission
from employers.actions import add_contact, change_contact, end_contact, end_contact_role, give_contact_role
from employers.forms import ContactForm, LeftForm
from employers.models import Contact
from employers.reads.ways_in import ways_in
from employers.views.records import EmployerMixin


class AddContact(EmployerMixin, FormPage):
    """A new person at the employer."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/form_page.html"
    form_class = ContactForm
    success_message = "Contact added."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=f"Add a contact at {self.employer.name}", submit_label="Add contact", **extra)

    def act(self, form: ContactForm) -> str:
        contact = add_contact(employer=self.employer, by=self.request.user, **form.facts())
        _bring_roles_to(contact, form.cleaned_data["roles"], by=self.request.user)
        return self.record_url()


class ContactMixin:
    """Loads a contact. One at a provider, a school say, has no record to go back to: their own page stands in."""

    contact: Contact

    def prepare(self) -> None:
        contacts = Contact.objects.visible_to(self.request.user).select_related("employer", "provider")
        self.contact = get_object_or_404(contacts, pk=self.kwargs["pk"])

    def record_url(self) -> str:
        if self.contact.employer_id is None:
            return reverse("employers:person", args=[self.contact.pk])
        return reverse("employers:record", args=[self.contact.employer_id])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            employer=self.contact.employer, contact=self.contact, back_url=self.record_url(), **extra
        )


class EditContact(ContactMixin, WatchedFormPage):
    """What is known of a person, and their roles."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/contact.html"
    form_class = ContactForm
    success_message = "Saved."

    def prepare(self) -> None:
        super().prepare()
        self.row = self.contact

    def facts_now(self) -> dict[str, Any]:
        facts = {name: getattr(self.contact, name) for name in ("name", "job_title", "email", "phone")}
        return {**facts, "roles": _held(self.contact)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"ways_in": [way for way in ways_in(self.contact) if self.request.may(way.permission)]}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=self.contact.name, submit_label="Save", **extra)

    def act(self, form: ContactForm) -> str:
        self.refuse_stale(form)
        change_contact(contact=self.contact, by=self.request.user, **form.facts())
        _bring_roles_to(self.contact, form.cleaned_data["roles"], by=self.request.user)
        return self.record_url()


class ContactLeft(ContactMixin, FormPage):
    """Somebody has left; their roles end, what they took part in stays."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/form_page.html"
    form_class = LeftForm

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title = f"{self.contact.name} has left"
        return super().get_context(title=title, submit_label="Mark as left", **extra)

    def act(self, form: LeftForm) -> str:
        end_contact(contact=self.contact, left_on=form.cleaned_data["left_on"], by=self.request.user)
        return self.record_url()


def _held(contact: Contact) -> list[str]:
    return list(contact.roles.going_on(today()).values_list("role", flat=True).distinct())


def _bring_roles_to(contact: Contact, wanted: Iterable[str], *, by: User) -> None:
    held, wanted = set(_held(contact)), set(wanted)
    for role in sorted(wanted - held):
        give_contact_role(contact=contact, role=role, by=by)
    for role in sorted(held - wanted):
        end_contact_role(contact=contact, role=role, by=by)
