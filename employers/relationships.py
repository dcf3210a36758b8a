"""What this app knows of a relationship by its day, and the way to the rows its health is worked out from."""

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.urls import reverse

from crm.core.registry import relationship_sources
from crm.core.relationships import DatedFact, RelationshipSource, Side
from crm.identity.roles import Permission
from employers.domain_events import CONTACT, ENGAGEMENT, FOLLOW_UP
from employers.models import Contact, Engagement, FollowUp, Promise

PROMISE = "employers.promise"


@relationship_sources.register
class NextSteps(RelationshipSource):
    """Next steps that are neither done nor dropped."""

    name = "employers.follow_ups"
    about_type = FOLLOW_UP
    noun = "A next step"
    permission = Permission.LOG_ENGAGEMENTS

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        rows = FollowUp.objects.open().filter(employer_id__in=employer_ids)
        for pk, employer_id, due_on in rows.values_list("pk", "employer_id", "due_on"):
            yield DatedFact(employer_id, Side.OURS, due_on, (FOLLOW_UP, pk))

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet[FollowUp]:
        return FollowUp.objects.filter(pk__in=ids)

    def url(self, row: FollowUp) -> str:
        return reverse("employers:follow_up", args=[row.pk])


@relationship_sources.register
class Conversations(RelationshipSource):
    """The last one stands on the employer's timeline. None of them has a day still to come."""

    name = "employers.conversations"
    about_type = ENGAGEMENT
    noun = "A conversation"
    permission = Permission.SEE_EMPLOYERS

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        return ()

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet[Engagement]:
        return Engagement.objects.filter(pk__in=ids)

    def url(self, row: Engagement) -> str:
        return f"{reverse('employers:record', args=[row.employer_id])}?only=conversations#timeline"


@relationship_sources.register
class People(RelationshipSource):
    """Whoever is the only one known to us."""

    name = "employers.people"
    about_type = CONTACT
    noun = "A person"
    permission = Permission.EDIT_EMPLOYERS

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        return ()

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet[Contact]:
        return Contact.objects.filter(pk__in=ids)

    def url(self, row: Contact) -> str:
        return reverse("employers:contact", args=[row.pk])


@relationship_sources.register
class Promises(RelationshipSource):
    """What either side said it would do, and nobody has done or let go."""

    name = "employers.promises"
    about_type = PROMISE
    noun = "Something"
    permission = Permission.LOG_ENGAGEMENTS

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        rows = Promise.objects.open().filter(employer_id__in=employer_ids)
        for pk, employer_id, side, due_on in rows.values_list("pk", "employer_id", "side", "due_on"):
            whose = Side.OURS if side == Promise.Side.OURS else Side.THEIRS
            yield DatedFact(employer_id, whose, due_on, (PROMISE, pk))

    def rows(self, ids: Sequence[uuid.UUID]) -> QuerySet[Promise]:
        return Promise.objects.filter(pk__in=ids)

    def url(self, row: Promise) -> str:
        return reverse("employers:promise", args=[row.pk])
