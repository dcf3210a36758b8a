"""Agreements that this institute leads: drafted by one person, signed by another."""

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from crm.base.clock import today
from crm.base.ids import new_id
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Pence, Person, Ref, Text
from crm.core.api.operations import acts, changes, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.models import Contact
from sponsorships.actions.agreements import draft_agreement, redraft_agreement
from sponsorships.actions.amendments import Change, amend_agreement
from sponsorships.actions.signing import sign_agreement
from sponsorships.actions.terminations import terminate_agreement
from sponsorships.api.parts import Currency, InstituteShort, NamedRow, WholePart
from sponsorships.api.terms import NewAgreement, TermsBody, changed_terms, terms_from
from sponsorships.models import (
    Agreement,
    AgreementComponent,
    AgreementParty,
    AgreementState,
    ComponentKind,
    PlannedInstalment,
    Purpose,
)


class PlannedPaymentAnswer(Answer):
    """A payment the sponsor makes on a component, before it is split over the parties."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    due_on = serializers.DateField()
    pence = serializers.IntegerField()


class BenefitShort(Answer):
    """Something the sponsor is owed in return for a fee."""

    id = serializers.UUIDField()
    what = serializers.CharField()
    due_on = serializers.DateField()
    fair_value_pence = serializers.IntegerField(allow_null=True)
    delivered_on = serializers.DateField(allow_null=True)


class AgreementComponentAnswer(Answer):
    """Money of one kind for one purpose, over all parties."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kind = Choice(ComponentKind.choices)
    purpose = Choice(Purpose.choices)
    pence = serializers.IntegerField()
    vat_note = serializers.CharField()
    benefits = BenefitShort(many=True)
    payments = PlannedPaymentAnswer(source="plan", many=True)


class PartyWriteOffAnswer(Answer):
    """A payment that another institute of the agreement let the sponsor off. Why is that institute's own."""

    purpose = Choice(Purpose.choices, source="component.purpose")
    number = serializers.IntegerField()
    due_on = serializers.DateField()
    pence = serializers.IntegerField()
    written_off_on = serializers.DateField()


class AgreementPartyAnswer(Answer):
    """An institute's part."""

    institute = InstituteShort(source="party")
    weight = serializers.IntegerField()
    pence = serializers.IntegerField()
    recipient = NamedRow(allow_null=True)
    write_offs = PartyWriteOffAnswer(many=True)


class AmendmentAnswer(Answer):
    """A change of the signed terms, with those before and after."""

    number = serializers.IntegerField()
    reason = serializers.CharField()
    effective_on = serializers.DateField()
    before = serializers.JSONField()
    after = serializers.JSONField()
    made_by = Person()
    made_at = Moment()


class AgreementAnswer(Answer):
    """A sponsor's promise to one or more institutes."""

    id = serializers.UUIDField()
    employer = NamedRow()
    title = serializers.CharField()
    reference = serializers.CharField()
    state = Choice(AgreementState.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    total_pence = serializers.IntegerField()
    currency = Currency()
    is_total_shared = serializers.BooleanField()
    is_illustrative = serializers.BooleanField()
    illustrative_note = serializers.CharField()
    source = serializers.CharField()
    drafted_by = Person()
    drafted_at = Moment()
    signed_on = serializers.DateField(allow_null=True)
    signed_for_sponsor = NamedRow(allow_null=True)
    signed_for_institute = Person(allow_null=True)
    terminated_on = serializers.DateField(allow_null=True)
    termination_reason = serializers.CharField()
    parties = AgreementPartyAnswer(many=True)
    components = AgreementComponentAnswer(many=True)
    amendments = AmendmentAnswer(many=True)
    updated_at = Moment()


class SignBody(Body):
    """Who signed for the sponsor: a contact who was a signatory that day. Today unless `signed_on` says when."""

    signed_for_sponsor = Ref(lambda: Contact.objects.all())
    signed_on = Day(required=False)


class PaymentChangeBody(WholePart):
    """A payment's new day and pence over all parties. No pence cancels it."""

    payment = Ref(lambda: PlannedInstalment.objects.all())
    due_on = Day()
    pence = Pence(min_value=0)


class AmendBody(Body):
    """Payments that change; nothing may be paid on them yet."""

    reason = Text(max_length=1000)
    effective_on = Day(required=False)
    changes = PaymentChangeBody(many=True, max_length=200)


class TerminateBody(Body):
    """The last day on which what fell due is still owed, why, and where the letter is kept."""

    terminated_on = Day()
    reason = Text(max_length=1000)
    evidence = Text(max_length=300)


class AgreementFilters(forms.Form):
    state = forms.ChoiceField(required=False, choices=AgreementState.choices)
    employer = forms.UUIDField(required=False, help_text="With this sponsor.")


@api_resources.register
class Agreements(Resource):
    """Agreements led here, drafts too. What this institute has in agreements, whoever leads: see agreement shares."""

    path, label, order = "agreements", "Agreements", 20
    permission = Permission.SEE_SPONSORSHIPS
    answer = AgreementAnswer
    parts = ("components__benefits__updated_at", "amendments__made_at", "parties__write_offs__told_at")
    filter_class = AgreementFilters

    def rows(self) -> QuerySet[Agreement]:
        people = ("drafted_by", "signed_for_sponsor", "signed_for_institute")
        led = Agreement.objects.visible_to(self.user).select_related("employer__organisation", *people)
        return led.prefetch_related(
            Prefetch("parties", AgreementParty.objects.select_related("party", "recipient")),
            "parties__write_offs__component",
            Prefetch("components", AgreementComponent.objects.prefetch_related("plan", "benefits")),
            "amendments__made_by",
        )

    def shown(self, filters: dict[str, Any]) -> QuerySet[Agreement]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    @creates(NewAgreement, permission=Permission.EDIT_AGREEMENTS)
    def create(self, facts: dict[str, Any]) -> Agreement:
        """Draft an agreement. Somebody else checks and signs it."""
        employer = facts.pop("employer")
        return draft_agreement(employer=employer, terms=terms_from(facts), by=self.user)

    @changes(TermsBody, permission=Permission.EDIT_AGREEMENTS)
    def change(self, agreement: Agreement, facts: dict[str, Any]) -> Agreement:
        """Change terms of a draft; those left out stay. Whoever changes it becomes its drafter.

        Components, parties and due dates are sent whole. A signed agreement is amended instead.
        """
        return redraft_agreement(agreement=agreement, terms=changed_terms(agreement, facts), by=self.user)

    @acts("sign", permission=Permission.SIGN_AGREEMENTS, body=SignBody)
    def sign(self, agreement: Agreement, facts: dict[str, Any]) -> Agreement:
        """Sign a draft. Each institute has its share, instalments, funds and promised pence at once.

        Refused (403) to whoever drafted it.
        """
        return sign_agreement(agreement=agreement, by=self.user, **{"signed_on": today(), **facts})

    @acts("amend", permission=Permission.EDIT_AGREEMENTS, body=AmendBody)
    def amend(self, agreement: Agreement, facts: dict[str, Any]) -> Agreement:
        """Move or resize payments, in every institute at once. The earlier terms stay readable."""
        asked = [Change(part["payment"].pk, part["due_on"], part["pence"]) for part in facts.pop("changes")]
        facts.setdefault("effective_on", today())
        amend_agreement(agreement=agreement, changes=asked, key=new_id(), by=self.user, **facts)
        return agreement

    @acts("terminate", permission=Permission.WRITE_OFF_PROMISES, body=TerminateBody)
    def terminate(self, agreement: Agreement, facts: dict[str, Any]) -> Agreement:
        """End an agreement early, in every institute at once. What falls due later is written off."""
        return terminate_agreement(agreement=agreement, by=self.user, **facts)
