"""What employers remind of."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from crm.core.registry import reminders
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder, days_after
from employers.models import FollowUp, Promise


@reminders.register
class FollowUpOverdue(Reminder):
    """The day after a follow-up was due, to its owner."""

    name = "employers.follow_up_overdue"
    label = "Follow-up overdue"
    audience = "The follow-up's owner"
    why = "because you own a follow-up that is past its date"
    template = "employers/email/follow_up_overdue"
    subject_type = "employers.followup"
    expires_after_days = 60
    order = 10

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        return self.rows(
            FollowUp.objects.open().filter(due_on__lt=until, owner__is_active=True),
            recipient_email="owner__email",
            recipient_name="owner__name",
            recipient_type="identity.user",
            recipient_id="owner_id",
            due_on=days_after("due_on", 1),
            about="title",
            occurrence_key="due_on",  # a new date is a new promise
        )

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        follow_up = FollowUp.objects.filter(pk=occurrence.subject_id).first()
        if follow_up is None or follow_up.done_at:
            return "the follow-up is done"
        if follow_up.owner_id != occurrence.recipient_id:
            return "somebody else owns the follow-up now"
        if follow_up.due_on >= occurrence.due_on:
            return "the follow-up has a new date"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        follow_up = FollowUp.objects.select_related("employer", "owner").get(pk=occurrence.subject_id)
        return {"follow_up": follow_up, "employer": follow_up.employer}

    def url(self, occurrence: Occurrence) -> str:
        follow_up = FollowUp.objects.get(pk=occurrence.subject_id)
        return reverse("employers:record", args=[follow_up.employer_id]) if follow_up.employer_id else reverse("home")


@reminders.register
class PromiseOverdue(Reminder):
    """The day after a promise, theirs or ours, was due, to the colleague who sees to it."""

    name = "employers.promise_overdue"
    label = "Promise overdue"
    audience = "Whoever sees to the promise"
    why = "because you see to a promise that is past its date"
    template = "employers/email/promise_overdue"
    subject_type = "employers.promise"
    expires_after_days = 60
    order = 11

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        return self.rows(
            Promise.objects.open().filter(due_on__lt=until, owner__is_active=True),
            recipient_email="owner__email",
            recipient_name="owner__name",
            recipient_type="identity.user",
            recipient_id="owner_id",
            due_on=days_after("due_on", 1),
            about="what",
            occurrence_key="due_on",  # a new date is a new promise
        )

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        promise = Promise.objects.filter(pk=occurrence.subject_id).first()
        if promise is None or promise.state != Promise.State.OPEN:
            return "the promise was kept or let go"
        if promise.owner_id != occurrence.recipient_id:
            return "somebody else sees to the promise now"
        if promise.due_on >= occurrence.due_on:
            return "the promise has a new date"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        promise = Promise.objects.select_related("employer", "contact").get(pk=occurrence.subject_id)
        return {"promise": promise, "employer": promise.employer}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("employers:promise", args=[occurrence.subject_id])
