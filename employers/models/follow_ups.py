"""What somebody promised to do next."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from employers.models.employers import Employer
from employers.querysets import FollowUpQuerySet


class FollowUp(TimedModel, TenantModel):
    """A next step with an owner and a due date that is a working day.

    `subject_type` and `subject_id` say what it is about ("employers.employer", or a record of another app);
    `employer` is set too where there is one, so that lists of employers can show it. `done_at` is when it left the
    list; `dropped_reason` says why when it was not done but let go.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    employer = TenantForeignKey(Employer, null=True, blank=True, related_name="follow_ups")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    owner = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    dropped_reason = models.CharField(max_length=200, blank=True)

    objects = TenantManager.from_queryset(FollowUpQuerySet)()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped_reason="") | Q(done_at__isnull=False), name="employers_follow_up_dropped_is_closed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "owner", "due_on"],
                name="employers_follow_up_mine",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(
                fields=["institute", "employer", "due_on"],
                name="employers_follow_up_next",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(fields=["institute", "subject_type", "subject_id"], name="employers_follow_up_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return self.subject_type, self.subject_id

    @property
    def is_overdue(self) -> bool:
        """Open, and the due date is past."""
        return self.done_at is None and self.due_on < today()
