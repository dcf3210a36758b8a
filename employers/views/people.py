"""A person over all their places: where they were, whether they may be written to, and what they may ask for."""

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.clock import LONDON, moment_on, now, today
from crm.core.documents import Document, Section
from crm.core.downloads import pdf_response
from crm.core.reports import Cell, Column
from crm.core.views import FormPage, Page
from crm.identity.roles import Permission
from crm.mail.actions import note_preference
from employers.actions import erase_person, export_person, move_contact
from employers.forms import EraseForm, ExportForm, MoveForm, PreferenceForm
from employers.models import Contact
from employers.reads.persons import CONTACT, places_of, rights_used, writing_to
from employers.reads.rights import Held, Inventory, inventory, person_of, sections_of


class PersonMixin:
    """Loads a contact, of an employer or of a provider."""

    contact: Contact

    def prepare(self) -> None:
        contacts = Contact.objects.visible_to(self.request.user).select_related("employer__organisation", "provider")
        self.contact = get_object_or_404(contacts, pk=self.kwargs["pk"])

    def person_url(self) -> str:
        return reverse("employers:person", args=[self.contact.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        whose = {"contact": self.contact, "employer": self.contact.employer, "back_url": self.person_url()}
        return super().get_context(**{**whose, **extra})


class PersonPage(PersonMixin, Page):
    """Everything about one person that is not an employer's."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/person.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        employer = self.contact.employer
        return super().get_context(
            title=self.contact.name,
            employer_url=reverse("employers:record", args=[employer.pk]) if employer else "",
            places=places_of(self.contact),
            writing=writing_to(self.contact),
            rights=rights_used(self.contact),
            **extra,
        )


class Moved(PersonMixin, FormPage):
    """They left and joined another employer."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/moved.html"
    form_class = MoveForm
    success_message = "Moved. What was planned to be sent to them at the old place is cancelled."
    field_names = {"left_on": "joined_on"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=f"{self.contact.name} has moved on", **extra)

    def act(self, form: MoveForm) -> str:
        joined = move_contact(contact=self.contact, by=self.request.user, **form.facts())
        return reverse("employers:person", args=[joined.pk])


class NotePreference(PersonMixin, FormPage):
    """What they said about being written to."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/preference.html"
    form_class = PreferenceForm
    success_message = "Noted. Mail obeys it from now on."
    field_names = {"said_at": "said_on"}

    def get_initial(self) -> dict[str, Any]:
        return {"purpose": "marketing", "channel": "email", "basis": "objection", "said_on": today()}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title = f"What {self.contact.name} said about being written to"
        return super().get_context(title=title, submit_label="Note it", **extra)

    def act(self, form: PreferenceForm) -> str:
        facts = dict(form.cleaned_data)
        said_at = moment_on(facts.pop("said_on"))
        whom = {"person_type": CONTACT, "person_id": self.contact.person_id}
        note_preference(**whom, **facts, said_at=said_at, by=self.request.user)
        return self.person_url()


class HeldMixin(PersonMixin):
    """Shows all that is held of the person."""

    permission = Permission.ERASE_PEOPLE

    @cached_property
    def held(self) -> Inventory:
        """As it was when the request came."""
        return inventory(person_of(self.contact))

    def get_context(self, **extra: Any) -> dict[str, Any]:
        kinds = [_shown(kind) for kind in self.held.kinds if kind.rows]
        return super().get_context(held=self.held, kinds=kinds, **extra)


class ExportPerson(HeldMixin, FormPage):
    """All that is held, on the page; the file is handed out and that it was is kept."""

    template_name = "employers/export_person.html"
    form_class = ExportForm

    def get_initial(self) -> dict[str, Any]:
        return {"form": "pdf"}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=f"All that is held of {self.contact.name}", **extra)

    def act(self, form: ExportForm) -> HttpResponse:
        held = export_person(contact=self.contact, reason=form.cleaned_data["reason"], by=self.request.user)
        return _json(held) if form.cleaned_data["form"] == "json" else pdf_response(_document(held, self.request))


class ErasePerson(HeldMixin, FormPage):
    """What goes and what stays; then, with the name typed, it goes."""

    template_name = "employers/erase_person.html"
    form_class = EraseForm
    success_message = "Erased. Nothing here says who they were."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"held": self.held}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        context = super().get_context(title=f"Erase {self.contact.name}", **extra)
        form: forms.Form = context["form"]
        context |= {"ticked": form["blank"].value() or [], "to_remove": form["remove"].value() or []}
        if form.is_bound:  # what is shown now is what the next sending confirms
            form.data = form.data.copy()
            form.data["seen"] = context["held"].digest
        else:
            form.initial["seen"] = context["held"].digest
        return context

    def act(self, form: EraseForm) -> str:
        facts = {name: form.cleaned_data[name] for name in ("reason", "seen", "blank", "remove")}
        erase_person(contact=self.contact, **facts, by=self.request.user)
        return self.person_url()


def _shown(kind: Held) -> dict[str, Any]:
    rows = [list(zip(kind.heads, map(_words, row), strict=True)) for row in kind.rows]
    return {"label": kind.label, "heads": kind.heads, "fate": kind.fate, "rows": rows}


def _json(held: Inventory) -> HttpResponse:
    body = {"exported_at": now().isoformat(), "person": held.person.name, "held": sections_of(held)}
    response = JsonResponse(body, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="person.json"'
    return response


def _document(held: Inventory, request: Any) -> Document:
    sections = [
        Section(kind.label, [Column(head) for head in kind.heads], [tuple(map(_words, row)) for row in kind.rows])
        for kind in held.kinds
        if kind.rows
    ]
    return Document(
        name="person",
        title=f"All that is held of {held.person.name}",
        owner=request.institute.name,
        as_of=now(),
        description="Handed out under article 15 of the UK GDPR.",
        sections=sections,
    )


def _words(value: Cell) -> str:
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(LONDON):%-d %b %Y, %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%-d %b %Y}"
    return "" if value is None else str(value)
