"""The terms of an agreement as a body holds them."""

from dataclasses import replace
from typing import Any

from rest_framework import serializers

from crm.core.api.fields import Body, Choice, Day, Flag, Pence, Ref, Text, Whole
from crm.identity.models import Institute, Provider
from employers.models import Employer
from sponsorships.actions.agreements import BenefitTerms, ComponentTerms, PartyTerms, Terms
from sponsorships.api.parts import WholePart
from sponsorships.models import Agreement, ComponentKind, Purpose

MOST_PARTS, MOST_PAYMENTS = 20, 60


class InstituteCode(serializers.CharField):
    """The code of an institute of the network, as in its address."""

    default_error_messages = {"unknown": "There is no institute with this code in the network."}
    example = "yhiot"

    def to_internal_value(self, data: Any) -> Institute:
        if not isinstance(data, str):
            self.fail("invalid")
        live = Institute.objects.filter(kind=Institute.Kind.INSTITUTE, is_live=True)
        found = live.filter(code=data).first()
        if found is None:
            self.fail("unknown")
        return found


class BenefitBody(WholePart):
    """What the sponsor is owed, and by when."""

    what = Text(max_length=300)
    due_on = Day()
    fair_value_pence = Pence(required=False, allow_null=True)


class ComponentBody(WholePart):
    """Money of one kind for one purpose. A fee lists at least one benefit, a gift none."""

    kind = Choice(ComponentKind.choices)
    purpose = Choice(Purpose.choices)
    pence = Pence()
    vat_note = Text(required=False, max_length=300)
    benefits = BenefitBody(many=True, required=False, max_length=MOST_PARTS)


class PartyBody(WholePart):
    """An institute, its weight in the split, and the provider that takes its money."""

    institute = InstituteCode()
    weight = Whole(required=False, min_value=1, max_value=10_000)
    recipient = Ref(lambda: Provider.objects.exclude(kind=Provider.Kind.SCHOOL), required=False, allow_null=True)


class TermsBody(Body):
    """What an agreement says. The components add up to the total; each is paid in equal parts on the due dates."""

    title = Text()
    reference = Text(max_length=40)
    starts_on = Day()
    ends_on = Day()
    total_pence = Pence()
    components = ComponentBody(many=True, max_length=MOST_PARTS)
    parties = PartyBody(many=True, max_length=MOST_PARTS)
    due_dates = serializers.ListField(child=Day(), max_length=MOST_PAYMENTS)
    is_total_shared = Flag(required=False, help_text="May the other institutes see the total?")
    is_illustrative = Flag(required=False)
    illustrative_note = Text(required=False, max_length=500)
    source = Text(required=False, max_length=500)


class NewAgreement(TermsBody):
    """A draft with one sponsor. The institute of the token leads it and is one of its parties."""

    employer = Ref(lambda: Employer.objects.all())


def terms_from(facts: dict[str, Any]) -> Terms:
    """As the actions take them."""
    return Terms(**_parts(facts))


def changed_terms(agreement: Agreement, facts: dict[str, Any]) -> Terms:
    """The terms of a draft with these facts instead of its own."""
    return replace(_terms_of(agreement), **_parts(facts))


def _parts(facts: dict[str, Any]) -> dict[str, Any]:
    found = dict(facts)
    if "components" in facts:
        found["components"] = tuple(_component(part) for part in facts["components"])
    if "parties" in facts:
        found["parties"] = tuple(PartyTerms(**part) for part in facts["parties"])
    if "due_dates" in facts:
        found["due_dates"] = tuple(facts["due_dates"])
    return found


def _component(part: dict[str, Any]) -> ComponentTerms:
    benefits = tuple(BenefitTerms(**benefit) for benefit in part.get("benefits", []))
    return ComponentTerms(**{**part, "benefits": benefits})


def _terms_of(agreement: Agreement) -> Terms:
    """What a draft says, from its rows."""
    same = [name for name in TermsBody().fields if name not in ("components", "parties", "due_dates")]
    components = list(agreement.components.all())
    return Terms(
        components=tuple(
            ComponentTerms(
                *(getattr(component, name) for name in ("kind", "purpose", "pence", "vat_note")),
                benefits=tuple(BenefitTerms(b.what, b.due_on, b.fair_value_pence) for b in component.benefits.all()),
            )
            for component in components
        ),
        parties=tuple(PartyTerms(p.party, p.weight, p.recipient) for p in agreement.parties.all()),
        due_dates=tuple(payment.due_on for payment in components[0].plan.all()),
        **{name: getattr(agreement, name) for name in same},
    )
