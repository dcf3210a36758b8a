"""The people at employers and providers."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.base.errors import NotAllowed
from crm.core.api.fields import Answer, Body, Choice, Day, Flag, Moment, Ref, Text
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.models import Provider
from crm.identity.roles import Permission
from employers.actions import add_contact, change_contact, end_contact, end_contact_role, give_contact_role
from employers.api.people import PersonOperations
from employers.models import Contact, ContactRole, Employer
from employers.reads.ways_in import ways_in


class Named(Answer):
    """Another row, by its id and name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class RoleAnswer(Answer):
    """What a contact is to the institute, from when to when."""

    role = Choice(ContactRole.Role.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class ContactAnswer(Answer):
    """A person at one employer or at one provider."""

    id = serializers.UUIDField()
    employer = Named(allow_null=True)
    provider = Named(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    job_title = serializers.CharField()
    person_id = serializers.UUIDField()  # the same on all rows of one person
    joined_on = serializers.DateField(allow_null=True)
    left_on = serializers.DateField(allow_null=True)
    erased_at = Moment(allow_null=True)
    roles = RoleAnswer(many=True)
    updated_at = Moment()


class ContactFacts(Body):
    """Facts of a person; those left out stay as they are."""

    name = Text()
    email = Text(required=False, max_length=254)
    phone = Text(required=False, max_length=30)
    job_title = Text(required=False, max_length=120)


class ChangedFacts(ContactFacts):
    """As they are to be; an address that they sign in with is changed with `moves_sign_in`."""

    moves_sign_in = Flag(
        required=False,
        help_text="Let them sign in to the sponsor report with the new address, and no more with the old one.",
    )


class NewContact(ContactFacts):
    """A person at exactly one of `employer` and `provider`."""

    employer = Ref(lambda: Employer.objects.all(), required=False)
    provider = Ref(lambda: Provider.objects.all(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("employer" in attrs) == ("provider" in attrs):
            raise ValidationError({"employer": ["Send either employer or provider."]}, code="one_of")
        return attrs


class LeftBody(Body):
    left_on = Day()


class GiveRole(Body):
    role = Choice(ContactRole.Role.choices)
    starts_on = Day(required=False)


class EndRole(Body):
    role = Choice(ContactRole.Role.choices)
    ends_on = Day(required=False)


class ContactFilters(forms.Form):
    employer = forms.UUIDField(required=False, help_text="At this employer.")
    provider = forms.UUIDField(required=False, help_text="At this provider.")
    role = forms.ChoiceField(
        required=False, choices=ContactRole.Role.choices, help_text="Those who hold this role today."
    )
    still_there = forms.ChoiceField(
        required=False, choices=[("true", "true"), ("false", "false")], help_text="Who has not left, or who has."
    )


@api_resources.register
class Contacts(PersonOperations, Resource):
    """People at employers and providers, what they are to the institute, and what they may ask for."""

    path, label, order = "contacts", "Contacts", 11
    permission = Permission.SEE_EMPLOYERS
    answer = ContactAnswer
    filter_class = ContactFilters

    def rows(self) -> QuerySet[Contact]:
        people = Contact.objects.visible_to(self.user)
        return people.select_related("employer", "provider").prefetch_related("roles")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Contact]:
        shown = self.rows()
        if filters["still_there"]:
            there = Contact.objects.still_there().values("pk")
            shown = shown.filter(pk__in=there) if filters["still_there"] == "true" else shown.exclude(pk__in=there)
        if filters["role"]:
            holders = ContactRole.objects.in_force().filter(role=filters["role"])
            shown = shown.filter(pk__in=holders.values("contact"))
        for name in ("employer", "provider"):
            if filters[name]:
                shown = shown.filter(**{name: filters[name]})
        return shown

    @creates(NewContact, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> Contact:
        """Add a person."""
        return add_contact(by=self.user, **facts)

    @changes(ChangedFacts, permission=Permission.EDIT_EMPLOYERS)
    def change(self, contact: Contact, facts: dict[str, Any]) -> Contact:
        """Change facts of a person."""
        if facts.get("moves_sign_in") and not all(self.request._request.may(w.permission) for w in ways_in(contact)):
            raise NotAllowed("You may not say with which address they sign in.", field="moves_sign_in")
        return change_contact(contact=contact, by=self.user, **facts)

    @acts("left", permission=Permission.EDIT_EMPLOYERS, body=LeftBody)
    def left(self, contact: Contact, facts: dict[str, Any]) -> Contact:
        """Say that a person has left. Their open roles end that day."""
        return end_contact(contact=contact, by=self.user, **facts)

    @acts("give-role", permission=Permission.EDIT_EMPLOYERS, body=GiveRole)
    def give_role(self, contact: Contact, facts: dict[str, Any]) -> Contact:
        """Give a person a role."""
        return give_contact_role(contact=contact, by=self.user, **facts).contact

    @acts("end-role", permission=Permission.EDIT_EMPLOYERS, body=EndRole)
    def end_role(self, contact: Contact, facts: dict[str, Any]) -> Contact:
        """End a role that a person holds."""
        return end_contact_role(contact=contact, by=self.user, **facts).contact
