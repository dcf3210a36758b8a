"""What employers remind of."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import Case, F, Model, Q, QuerySet, Value, When
from django.urls import reverse

from crm.base.context import acting_institute
from crm.core.registry import reminders
from crm.identity.models import Membership
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder, days_after
from employers.models import FollowUp, Promise


class _OverdueOfOwner(Reminder):
    """The day after something of one person's was due, to that person. A new date is a new promise."""

    model: ClassVar[type[Model]]  # has an owner, a due_on, and rows that are open()
    named_by: ClassVar[str]  # the field that says in lists what it is
    noun: ClassVar[str]
    is_over: ClassVar[str]  # why it need not go when it is open no longer
    is_anothers: ClassVar[str]
    expires_after_days = 60
    nobody = "whoever saw to it does not work here any more"

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        """Of one who has left the institute nobody is written to, and the row waits for somebody to take it over."""
        here = Membership.objects.in_force().filter(institute_id=acting_institute(), user__is_active=True)
        works_here = Q(owner__in=here.values("user"))  # asked once for all rows, which may be a million
        return self.rows(
            self.model.objects.open().filter(due_on__lt=until),
            recipient_email=Case(When(works_here, then=F("owner__email")), default=Value("")),
            recipient_name="owner__name",
            recipient_type="identity.user",
            recipient_id=Case(When(works_here, then=F("owner"))),
            due_on=days_after("due_on", 1),
            about=self.named_by,
            occurrence_key="due_on",
        )

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        row = self.model.objects.open().filter(pk=occurrence.subject_id).first()
        if row is None:
            return self.is_over
        if row.owner_id != occurrence.recipient_id:
            return self.is_anothers
        return f"the {self.noun} has a new date" if row.due_on >= occurrence.due_on else None


@reminders.register
class FollowUpOverdue(_OverdueOfOwner):
    """A next step."""

    name = "employers.follow_up_overdue"
    label = "Next step overdue"
    audience = "The next step's owner"
    why = "because a next step of yours is past its date"
    template = "employers/email/follow_up_overdue"
    subject_type = "employers.followup"
    model, named_by, noun = FollowUp, "title", "next step"
    is_over, is_anothers = "the next step is done", "somebody else owns the next step now"
    order = 10

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        follow_up = FollowUp.objects.select_related("employer", "owner").get(pk=occurrence.subject_id)
        return {"follow_up": follow_up, "employer": follow_up.employer}

    def url(self, occurrence: Occurrence) -> str:
        follow_up = FollowUp.objects.get(pk=occurrence.subject_id)
        return reverse("employers:record", args=[follow_up.employer_id]) if follow_up.employer_id else reverse("home")


@reminders.register
class PromiseOverdue(_OverdueOfOwner):
    """What either side promised, to the colleague who sees to it."""

    name = "employers.promise_overdue"
    label = "Promise overdue"
    audience = "Whoever sees to the promise"
    why = "because you see to a promise that is past its date"
    template = "employers/email/promise_overdue"
    subject_type = "employers.promise"
    model, named_by, noun = Promise, "what", "promise"
    is_over, is_anothers = "the promise was kept or let go", "somebody else sees to the promise now"
    order = 11

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        promise = Promise.objects.select_related("employer", "contact").get(pk=occurrence.subject_id)
        return {"promise": promise, "employer": promise.employer}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("employers:promise", args=[occurrence.subject_id])
