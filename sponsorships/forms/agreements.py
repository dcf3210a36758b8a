"""Drafting, signing and amending agreements. Shape only; rules are in the actions."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.urls import reverse

from crm.audit.edits import VersionField
from crm.base.clock import today
from crm.base.money import PoundsField
from crm.identity.models import Institute
from crm.web.widgets import DayField
from employers.forms.choosing import EmployerForm
from employers.models import Contact, ContactRole, Employer
from sponsorships.actions.agreements import BenefitTerms, ComponentTerms, PartyTerms, Terms
from sponsorships.actions.amendments import Change
from sponsorships.forms.recipients import RecipientRows
from sponsorships.models import Agreement, ComponentKind, PlannedInstalment, Purpose
from sponsorships.models.split import yearly

COMPONENT_ROWS, PARTY_ROWS, MOST_PAYMENTS = 4, 4, 12


class DraftForm(RecipientRows, EmployerForm):
    """The whole agreement on one page. Rows that are left empty do not count, so it works without JavaScript."""

    title = forms.CharField(max_length=200)
    reference = forms.CharField(max_length=40, help_text="Yours, for example YH-2025-01.")
    starts_on = DayField(label="Starts on")
    ends_on = DayField(label="Ends on")
    total_pence = PoundsField(label="Total over all institutes")
    payments = forms.IntegerField(min_value=1, max_value=MOST_PAYMENTS, initial=1, label="Payments, a year apart")
    first_due_on = DayField(label="First payment due on")
    is_total_shared = forms.BooleanField(required=False, label="The other institutes may see the total")
    is_illustrative = forms.BooleanField(required=False, label="Parts of this are illustrative")
    illustrative_note = forms.CharField(max_length=500, required=False, label="What is assumed")
    source = forms.CharField(max_length=500, required=False, label="Public source")
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = "Sponsor"
        for row in range(COMPONENT_ROWS):
            self._add_component(row)
        institutes = Institute.objects.filter(kind=Institute.Kind.INSTITUTE, is_live=True)
        for row in range(PARTY_ROWS):
            self._add_party(row, institutes)

    def _add_component(self, row: int) -> None:
        name = f"component_{row}"
        self.fields[f"{name}_kind"] = forms.ChoiceField(choices=ComponentKind.choices, label="Kind")
        self.fields[f"{name}_purpose"] = forms.ChoiceField(
            choices=[("", "Not used"), *Purpose.choices], required=row == 0, label="Purpose"
        )
        self.fields[f"{name}_pence"] = PoundsField(required=row == 0, label="Amount")
        self.fields[f"{name}_vat_note"] = forms.CharField(max_length=300, required=False, label="VAT treatment")
        self.fields[f"{name}_benefit"] = forms.CharField(max_length=300, required=False, label="Benefit owed")
        self.fields[f"{name}_value"] = PoundsField(required=False, label="Fair value")
        self.fields[f"{name}_due_on"] = DayField(required=False, label="Owed by")

    def _add_party(self, row: int, institutes: Any) -> None:
        name = f"party_{row}"
        self.fields[f"{name}_institute"] = forms.ModelChoiceField(
            institutes, required=row == 0, empty_label="Not used", label="Institute"
        )
        self.fields[f"{name}_weight"] = forms.IntegerField(min_value=1, max_value=10000, initial=1, label="Share")
        self.add_recipient(name, finds=reverse("sponsorships:recipients", args=[row]))

    def component_rows(self) -> list[dict[str, Any]]:
        """Bound fields of each purpose, for the page."""
        names = ("kind", "purpose", "pence", "vat_note", "benefit", "value", "due_on")
        return [self._row("component", row, names, "purpose", "Purpose") for row in range(COMPONENT_ROWS)]

    def party_rows(self) -> list[dict[str, Any]]:
        """Bound fields of each institute, for the page."""
        rows = []
        for row in range(PARTY_ROWS):
            shown = self._row("party", row, ("institute", "weight", "paid_to"), "institute", "Institute")
            rows.append({"name": f"party_{row}", "choices": self.choices_of.get(f"party_{row}", []), **shown})
        return rows

    def _row(self, kind: str, row: int, names: tuple[str, ...], used_by: str, title: str) -> dict[str, Any]:
        """The fields of one row; `is_open` unless it is a spare one, neither used nor wrong."""
        fields = {name: self[f"{kind}_{row}_{name}"] for name in names}
        is_wrong = self.is_bound and any(field.errors for field in fields.values())
        is_open = row == 0 or is_wrong or bool(fields[used_by].value())
        return {"title": f"{title} {row + 1}", "is_open": is_open, **fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for row in range(COMPONENT_ROWS):
            name = f"component_{row}"
            purpose, pence = data.get(f"{name}_purpose"), data.get(f"{name}_pence")
            if purpose and pence is None and f"{name}_pence" not in self.errors:
                self.add_error(f"{name}_pence", "Enter the amount for this purpose.")
            if pence is not None and not purpose and f"{name}_purpose" not in self.errors:
                self.add_error(f"{name}_purpose", "Say what this amount is for.")
            if data.get(f"{name}_benefit") and not data.get(f"{name}_due_on") and f"{name}_due_on" not in self.errors:
                self.add_error(f"{name}_due_on", "Enter the day by which this benefit is owed.")
        for row in range(PARTY_ROWS):
            self.settle_recipient(f"party_{row}")
        return data

    def terms(self) -> Terms:
        """As `draft_agreement` takes them."""
        data = self.cleaned_data
        names = ("title", "reference", "starts_on", "ends_on", "total_pence", "is_total_shared")
        return Terms(
            components=tuple(self._component(row) for row in range(COMPONENT_ROWS) if self._used(row)),
            parties=tuple(self._party(row) for row in range(PARTY_ROWS) if data[f"party_{row}_institute"]),
            due_dates=tuple(yearly(data["first_due_on"], data["payments"])),
            is_illustrative=data["is_illustrative"],
            illustrative_note=data["illustrative_note"],
            source=data["source"],
            **{name: data[name] for name in names},
        )

    def _used(self, row: int) -> bool:
        return bool(self.cleaned_data[f"component_{row}_purpose"])

    def _component(self, row: int) -> ComponentTerms:
        data = {name: self.cleaned_data[f"component_{row}_{name}"] for name in ("kind", "purpose", "pence", "vat_note")}
        what = self.cleaned_data[f"component_{row}_benefit"].strip()
        due_on, value = self.cleaned_data[f"component_{row}_due_on"], self.cleaned_data[f"component_{row}_value"]
        return ComponentTerms(**data, benefits=(BenefitTerms(what, due_on, value),) if what else ())

    def _party(self, row: int) -> PartyTerms:
        data = self.cleaned_data
        return PartyTerms(data[f"party_{row}_institute"], data[f"party_{row}_weight"], data[f"party_{row}_recipient"])

    @classmethod
    def holds(cls, agreement: Agreement) -> bool:
        """Whether this form can show all that a draft says. Another program may write more than that into one."""
        components = list(agreement.components.prefetch_related("benefits", "plan"))
        dates = [payment.due_on for payment in components[0].plan.all()]
        return (
            len(components) <= COMPONENT_ROWS
            and agreement.parties.count() <= PARTY_ROWS
            and all(len(component.benefits.all()) <= 1 for component in components)
            and len(dates) <= MOST_PAYMENTS
            and dates == yearly(dates[0], len(dates))
        )

    @staticmethod
    def initial_of(agreement: Agreement) -> dict[str, Any]:
        """What the form shows for an existing draft."""
        names = ("employer", "title", "reference", "starts_on", "ends_on", "total_pence", "is_total_shared")
        facts = {name: getattr(agreement, name) for name in (*names, "is_illustrative", "illustrative_note", "source")}
        components = list(agreement.components.prefetch_related("benefits", "plan"))
        plan = list(components[0].plan.all())
        facts |= {"payments": len(plan), "first_due_on": plan[0].due_on}
        for row, component in enumerate(components):
            for name in ("kind", "purpose", "pence", "vat_note"):
                facts[f"component_{row}_{name}"] = getattr(component, name)
            for benefit in component.benefits.all()[:1]:
                facts |= {f"component_{row}_benefit": benefit.what, f"component_{row}_due_on": benefit.due_on}
                facts[f"component_{row}_value"] = benefit.fair_value_pence
        for row, party in enumerate(agreement.parties.select_related("recipient")):
            facts |= {f"party_{row}_institute": party.party_id, f"party_{row}_weight": party.weight}
            facts[f"party_{row}_recipient"] = party.recipient
        return facts


class SignForm(forms.Form):
    """Who signed for the sponsor, and when. The person at the page signs for the institute."""

    signed_on = DayField(initial=today, label="Signed on")
    signed_for_sponsor = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a contact", label="Signed for the sponsor by"
    )

    def __init__(self, *args: Any, employer: Employer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signatories = Contact.objects.filter(employer=employer, roles__role=ContactRole.Role.SIGNATORY).distinct()
        self.fields["signed_for_sponsor"].queryset = signatories


class AmendForm(forms.Form):
    """New dates and amounts of the payments, over all institutes."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    effective_on = DayField(initial=today, label="In force from")
    key = forms.UUIDField(widget=forms.HiddenInput)
    version = VersionField()

    def __init__(self, *args: Any, plan: list[PlannedInstalment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["key"].initial = uuid.uuid4
        for row in plan:
            label = f"{row.component}, payment {row.number}"
            self.fields[f"due_{row.id.hex}"] = DayField(label=f"{label}: due")
            self.fields[f"pence_{row.id.hex}"] = PoundsField(min_pence=0, label=f"{label}: amount")

    @staticmethod
    def initial_of(plan: list[PlannedInstalment]) -> dict[str, dt.date | int]:
        """What the form shows of the payments as they are."""
        dues = {f"due_{row.id.hex}": row.due_on for row in plan}
        return dues | {f"pence_{row.id.hex}": row.pence for row in plan}

    def rows(self) -> list[dict[str, Any]]:
        """Each payment with its two bound fields, for the page."""
        return [
            {"row": row, "due": self[f"due_{row.id.hex}"], "pence": self[f"pence_{row.id.hex}"]} for row in self.plan
        ]

    def changes(self) -> list[Change]:
        """What `amend_agreement` should bring about; it ignores what stays as it is."""
        data = self.cleaned_data
        return [Change(row.id, data[f"due_{row.id.hex}"], data[f"pence_{row.id.hex}"]) for row in self.plan]

    def facts(self) -> dict[str, dt.date | str | uuid.UUID]:
        """The rest."""
        return {name: self.cleaned_data[name] for name in ("reason", "effective_on", "key")}
