"""What this app knows of a relationship by its day, and the way to the rows its health is worked out from."""

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from crm.core.registry import relationship_sources
from crm.core.relationships import DatedFact, RelationshipSource, Side
from crm.identity.roles import Permission
from employers.domain_events import CONTACT, ENGAGEMENT, FOLLOW_UP
from employers.models import Contact, Engagement, FollowUp, Promise

PROMISE = "employers.promise"


@relationship_sources.register
class NextSteps(RelationshipSource):
    """Next steps that are neither done nor dropped."""

    name, about_type, noun = "employers.follow_ups", FOLLOW_UP, "A next step"
    permission = Permission.LOG_ENGAGEMENTS
    model, page = FollowUp, "employers:follow_up"

    def open_rows(self) -> QuerySet[FollowUp]:
        return FollowUp.objects.open()


@relationship_sources.register
class Conversations(RelationshipSource):
    """The last one stands on the employer's timeline. None of them has a day still to come."""

    name, about_type, noun = "employers.conversations", ENGAGEMENT, "A conversation"
    permission = Permission.SEE_EMPLOYERS
    model, page, leads_to = Engagement, "employers:record", "employer_id"

    def url(self, row: Engagement) -> str:
        return f"{super().url(row)}?only=conversations#timeline"


@relationship_sources.register
class People(RelationshipSource):
    """Whoever is the only one known to us."""

    name, about_type, noun = "employers.people", CONTACT, "A person"
    permission = Permission.EDIT_EMPLOYERS
    model, page = Contact, "employers:contact"


@relationship_sources.register
class Promises(RelationshipSource):
    """What either side said it would do, and nobody has done or let go."""

    name, about_type, noun = "employers.promises", PROMISE, "Something"
    permission = Permission.LOG_ENGAGEMENTS
    model, page = Promise, "employers:promise"

    def facts(self, employer_ids: Sequence[uuid.UUID]) -> Iterable[DatedFact]:
        """Each on the side that made it."""
        rows = Promise.objects.open().filter(employer_id__in=employer_ids)
        for pk, employer_id, side, due_on in rows.values_list("pk", "employer_id", "side", "due_on"):
            whose = Side.OURS if side == Promise.Side.OURS else Side.THEIRS
            yield DatedFact(employer_id, whose, due_on, (PROMISE, pk))
