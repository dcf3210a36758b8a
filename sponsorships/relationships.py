"""What agreements put between us and an employer: their end, what the sponsor owes, and what it is owed in return."""

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.urls import reverse

from crm.core.registry import relationship_sources
from crm.core.relationships import DatedFact, RelationshipSource, Side
from crm.identity.roles import Permission
from sponsorships.models import AgreementShare, Benefit, Instalment

SHARE, INSTALMENT, BENEFIT = "sponsorships.agreementshare", "sponsorships.instalment", "sponsorships.benefit"


@relationship_sources.register
class AgreementsEnding(RelationshipSource):
    """Agreements that run out; one that was ended early has been spoken of."""

    name = "sponsorships.agreements"
    about_type = SHARE
    noun = "An agreement"
    permission = Permission.SEE_SPONSORSHIPS

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        rows = AgreementShare.objects.filter(employer_id__in=employer_ids, terminated_on__isnull=True)
        for pk, employer_id, ends_on in rows.values_list("pk", "employer_id", "ends_on"):
            yield DatedFact(employer_id, Side.RENEWAL, ends_on, (SHARE, pk))

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet[AgreementShare]:
        return AgreementShare.objects.filter(pk__in=ids)

    def url(self, row: AgreementShare) -> str:
        return reverse("sponsorships:agreement", args=[row.agreement_id])


@relationship_sources.register
class PaymentsOfSponsors(RelationshipSource):
    """Instalments of which something is still to come."""

    name = "sponsorships.instalments"
    about_type = INSTALMENT
    noun = "A payment"
    permission = Permission.SEE_SPONSORSHIPS

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        rows = Instalment.objects.expected().filter(component__share__employer__in=employer_ids)
        for pk, employer_id, due_on in rows.values_list("pk", "component__share__employer_id", "due_on"):
            yield DatedFact(employer_id, Side.THEIRS, due_on, (INSTALMENT, pk))

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet[Instalment]:
        return Instalment.objects.filter(pk__in=ids).select_related("component__share")

    def url(self, row: Instalment) -> str:
        return reverse("sponsorships:agreement", args=[row.component.share.agreement_id])


@relationship_sources.register
class BenefitsOwed(RelationshipSource):
    """Benefits that a sponsor was promised for its fee and that are still owed."""

    name = "sponsorships.benefits"
    about_type = BENEFIT
    noun = "A benefit"
    permission = Permission.SEE_SPONSORSHIPS

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        agreement = "component__agreement"
        rows = Benefit.objects.filter(
            delivered_on__isnull=True, ended_on__isnull=True, **{f"{agreement}__employer__in": employer_ids}
        ).exclude(**{f"{agreement}__state": "draft"})
        for pk, employer_id, due_on in rows.values_list("pk", f"{agreement}__employer_id", "due_on"):
            yield DatedFact(employer_id, Side.OURS, due_on, (BENEFIT, pk))

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet[Benefit]:
        return Benefit.objects.filter(pk__in=ids).select_related("component")

    def url(self, row: Benefit) -> str:
        return reverse("sponsorships:agreement", args=[row.component.agreement_id])
