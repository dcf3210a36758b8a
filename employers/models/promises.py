"""What an employer and the institute promised each other."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from employers.models.contacts import Contact
from employers.models.employers import Employer
from employers.querysets import PromiseQuerySet


class Promise(TimedModel, TenantModel):
    """One side's word to the other: what, and until when. Our own next steps are follow-ups.

    The owner is the colleague who sees to it that it is kept, whichever side gave it.
    """

    class Side(models.TextChoices):
        OURS = "ours", "We promised"
        THEIRS = "theirs", "They promised"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        LET_GO = "let_go", "Let go"

    employer = TenantForeignKey(Employer, related_name="promises")
    side = models.CharField(max_length=10, choices=Side.choices)
    what = models.CharField(max_length=200)
    due_on = models.DateField()
    owner = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = TenantForeignKey(Contact, null=True, blank=True, related_name="promises")  # who gave it, or was given it
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True)  # why it was let go

    objects = TenantManager.from_queryset(PromiseQuerySet)()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="employers_promise_settled",
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="employers_promise_reason",
                condition=(Q(state="let_go") & ~Q(reason="")) | (~Q(state="let_go") & Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "due_on", "id"], name="employers_promise_open", condition=Q(state="open")
            ),
            models.Index(
                fields=["institute", "owner", "due_on"], name="employers_promise_mine", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_overdue(self) -> bool:
        """Open, and the due date is past."""
        return self.state == self.State.OPEN and self.due_on < today()
