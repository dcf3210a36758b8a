"""What agreements put between us and an employer: their end, what the sponsor owes, and what it is owed in return."""

from django.db.models import QuerySet

from crm.core.registry import relationship_sources
from crm.core.relationships import RelationshipSource, Side
from crm.identity.roles import Permission
from sponsorships.models import AgreementShare, AgreementState, Benefit, Instalment

SHARE, INSTALMENT, BENEFIT = "sponsorships.agreementshare", "sponsorships.instalment", "sponsorships.benefit"


class _OfAgreement(RelationshipSource):
    """What stands on the page of its agreement."""

    permission = Permission.SEE_SPONSORSHIPS
    page = "sponsorships:agreement"


@relationship_sources.register
class AgreementsEnding(_OfAgreement):
    """Agreements that run out; one that was ended early has been spoken of."""

    name, about_type, noun = "sponsorships.agreements", SHARE, "An agreement"
    model, leads_to = AgreementShare, "agreement_id"
    side, day = Side.RENEWAL, "ends_on"

    def open_rows(self) -> QuerySet[AgreementShare]:
        return AgreementShare.objects.filter(terminated_on__isnull=True)


@relationship_sources.register
class PaymentsOfSponsors(_OfAgreement):
    """Instalments of which something is still to come."""

    name, about_type, noun = "sponsorships.instalments", INSTALMENT, "A payment"
    model, leads_to, joined = Instalment, "component.share.agreement_id", ("component__share",)
    side, employer = Side.THEIRS, "component__share__employer_id"

    def open_rows(self) -> QuerySet[Instalment]:
        return Instalment.objects.expected()


@relationship_sources.register
class BenefitsOwed(_OfAgreement):
    """Benefits that a sponsor was promised for its fee and that are still owed."""

    name, about_type, noun = "sponsorships.benefits", BENEFIT, "A benefit"
    model, leads_to, joined = Benefit, "component.agreement_id", ("component",)
    employer = "component__agreement__employer_id"

    def open_rows(self) -> QuerySet[Benefit]:
        owed = Benefit.objects.filter(delivered_on__isnull=True, ended_on__isnull=True)
        return owed.exclude(component__agreement__state=AgreementState.DRAFT)
