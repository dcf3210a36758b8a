"""The outbox: facts recorded with the change they tell of, and what each handler has made of them."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class Entry(TenantModel):
    """One recorded domain event. Written by `record` alone."""

    # The order in which entries were numbered, not committed: good per subject (its row is locked by the action that
    # records), useless as a cursor.
    sequence = models.BigIntegerField(db_default=Func(Value("outbox_entry_sequence"), function="nextval"))
    type = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    payload = models.JSONField()
    actor_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    causation_id = models.UUIDField(null=True)
    depth = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField(default=timezone.now)
    fanned_out_at = models.DateTimeField(null=True)
    # Given when it is fanned out, after its commit and by one writer per institute: the cursor of the event feed.
    position = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["institute", "sequence"], name="outbox_entry_waiting", condition=Q(fanned_out_at__isnull=True)
            ),
            models.Index(fields=["institute", "subject_type", "subject_id"], name="outbox_entry_subject"),
            models.Index(
                fields=["institute", "position"], name="outbox_entry_feed", condition=Q(position__isnull=False)
            ),
        ]


class DeliveryQuerySet(TenantQuerySet):
    def open(self) -> "DeliveryQuerySet":
        """Neither done nor given up by a person."""
        return self.filter(state__in=[Delivery.State.WAITING, Delivery.State.CLAIMED, Delivery.State.PARKED])


class Delivery(TenantModel):
    """One entry for one handler. Exists once, whatever the broker repeats."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CLAIMED = "claimed", "Being handled"
        DONE = "done", "Done"
        PARKED = "parked", "Parked: needs a person"
        DROPPED = "dropped", "Dropped by a person"

    entry = TenantForeignKey(Entry, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=80)
    # Copied from the entry so that claiming in order needs one table.
    sequence = models.BigIntegerField()
    subject_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    owner = models.CharField(max_length=80, blank=True)
    last_error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(DeliveryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "entry", "handler"], name="outbox_delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["institute", "sequence"],
                name="outbox_delivery_open",
                condition=Q(state__in=["waiting", "claimed", "parked"]),
            ),
            # What may hold others back: always few, however long the queue.
            models.Index(
                fields=["institute", "handler", "subject_id", "sequence"],
                name="outbox_delivery_held",
                condition=Q(state__in=["claimed", "parked"]) | Q(state="waiting", attempts__gt=0),
            ),
        ]


class TimelineItem(TenantModel):
    """A line on a record's timeline, ordered by when it happened. Written with the event, never pruned."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=500)
    actor_name = models.CharField(max_length=120, blank=True)
    entry_id = models.UUIDField()
    pence = models.BigIntegerField(null=True)  # the amount in the text, and how several of them are told as one
    sums_as = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = [F("happened_at").desc(), "-id"]
        indexes = [
            models.Index(fields=["institute", "subject_type", "subject_id", "-happened_at"], name="outbox_timeline"),
        ]
