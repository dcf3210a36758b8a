"""Work out how a relationship stands when a fact about it changes."""

from typing import Any

from crm.outbox.models import Entry
from crm.outbox.wake import wake_after_commit
from employers.domain_events import (
    ContactAdded,
    ContactEnded,
    EmployerAdded,
    EngagementLogged,
    FollowUpAdded,
    FollowUpCompleted,
    FollowUpDropped,
    FollowUpSnoozed,
    HealthRulesChanged,
    StageChanged,
)
from employers.domain_events.merging import EmployersMerged, MergeTakenBack
from employers.domain_events.people import PersonErased
from employers.domain_events.promises import PromiseChanged, PromiseKept, PromiseLetGo, PromiseMade
from employers.models import FollowUp
from employers.rollups import refresh_health
from sponsorships.domain_events import (
    AgreementAmended,
    AgreementSigned,
    AgreementTerminated,
    BenefitDelivered,
    InstalmentWaived,
    ReceiptMatched,
)
from workers.handling import handles

# Alone, because a batch would hold the summaries of many employers at once, in the order of the facts.


@handles(
    *(EmployerAdded, StageChanged, EngagementLogged, ContactAdded, ContactEnded),
    *(PromiseMade, PromiseChanged, PromiseKept, PromiseLetGo),
    alone=True,
)
def refresh_employer_health(event: Any, entry: Entry) -> None:
    """A contact of a school has no employer."""
    if event.employer_id:
        refresh_health([event.employer_id])


@handles(EmployersMerged, MergeTakenBack, alone=True)
def refresh_merged_health(event: Any, entry: Entry) -> None:
    """Of both: the merge, or the undo, moved what the judgement stands on."""
    refresh_health([event.employer_id, event.merged_id])


@handles(
    *(AgreementSigned, AgreementAmended, AgreementTerminated, BenefitDelivered, InstalmentWaived, ReceiptMatched),
    alone=True,
)
def refresh_sponsor_health(event: Any, entry: Entry) -> None:
    """What a sponsor owes, what is owed to it, or when its agreement ends."""
    refresh_health([event.employer_id])


@handles(EmployersMerged, MergeTakenBack, alone=True)
def refresh_health_of_merged(event: Any, entry: Entry) -> None:
    """Both: the rows of one hang on the other now."""
    refresh_health([event.employer_id, event.merged_id])


@handles(PersonErased, alone=True)
def refresh_health_where_they_were(event: PersonErased, entry: Entry) -> None:
    """Every employer that the person was known at."""
    refresh_health(event.employer_ids)


@handles(FollowUpAdded, FollowUpCompleted, FollowUpDropped, FollowUpSnoozed, alone=True)
def refresh_health_of_promise(event: Any, entry: Entry) -> None:
    """The employer that the next step was promised to."""
    refresh_health(
        FollowUp.objects.filter(pk=event.follow_up_id, employer__isnull=False).values_list("employer_id", flat=True)
    )


@handles(HealthRulesChanged)
def judge_everybody_anew(event: HealthRulesChanged, entry: Entry) -> None:
    """Batch by batch in a task of its own: there may be a hundred thousand."""
    wake_after_commit("workers.refresh_health", entry.institute_id)
