"""Let relationships be judged anew when a fact about them changes.

A handler marks the employers and wakes the task that judges whoever is due, many at once: an import of ten thousand
employers is twenty batches there, not ten thousand runs. Alone, because a batch would hold the summaries of many
employers at once, in the order of the facts.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from crm.outbox.models import Entry
from crm.outbox.wake import wake_after_commit
from employers.domain_events import (
    ContactAdded,
    ContactEnded,
    ContactRemoved,
    EmployerAdded,
    EngagementLogged,
    EngagementRemoved,
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
from employers.rollups import mark_health_due
from sponsorships.domain_events import (
    AgreementAmended,
    AgreementSigned,
    AgreementTerminated,
    BenefitDelivered,
    InstalmentWaived,
    ReceiptMatched,
    ReceiptMatchUndone,
)
from workers.handling import handles


def _judge(employer_ids: Iterable[uuid.UUID], entry: Entry) -> None:
    if mark_health_due(employer_ids):
        wake_after_commit("workers.refresh_health", entry.institute_id)


@handles(
    *(StageChanged, EngagementLogged, EngagementRemoved, ContactAdded, ContactEnded, ContactRemoved),
    *(PromiseMade, PromiseChanged, PromiseKept, PromiseLetGo),
    alone=True,
)
def refresh_employer_health(event: Any, entry: Entry) -> None:
    """A contact of a school has no employer."""
    if event.employer_id:
        _judge([event.employer_id], entry)


@handles(
    *(AgreementSigned, AgreementAmended, AgreementTerminated, BenefitDelivered, InstalmentWaived, ReceiptMatched),
    ReceiptMatchUndone,
    alone=True,
)
def refresh_sponsor_health(event: Any, entry: Entry) -> None:
    """What a sponsor owes, what is owed to it, or when its agreement ends. A gift undone was nobody's duty."""
    if event.employer_id:
        _judge([event.employer_id], entry)


@handles(EmployersMerged, MergeTakenBack, alone=True)
def refresh_health_of_merged(event: Any, entry: Entry) -> None:
    """Both: the rows of one hang on the other now."""
    _judge([event.employer_id, event.merged_id], entry)


@handles(PersonErased, alone=True)
def refresh_health_where_they_were(event: PersonErased, entry: Entry) -> None:
    """Every employer that the person was known at."""
    _judge(event.employer_ids, entry)


@handles(FollowUpAdded, FollowUpCompleted, FollowUpDropped, FollowUpSnoozed, alone=True)
def refresh_health_of_promise(event: Any, entry: Entry) -> None:
    """The employer that the next step was promised to."""
    promised = FollowUp.objects.filter(pk=event.follow_up_id, employer__isnull=False)
    _judge(promised.values_list("employer_id", flat=True), entry)


@handles(EmployerAdded, HealthRulesChanged)
def judge_whoever_is_due(event: Any, entry: Entry) -> None:
    """A new employer is due from the start, and by new rules everybody is."""
    wake_after_commit("workers.refresh_health", entry.institute_id)
