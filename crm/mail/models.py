"""What goes out by mail: who gets what, when and why, and what became of it.

An occurrence is one message to one person for one reason, and exists once, whatever is planned or published twice.
"""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from crm.base.clock import next_sending_moment, now
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from crm.identity.models import User
from crm.mail.preferences import MessagePreference
from crm.mail.states import NEEDS_ATTENTION, OPEN, TONES, State, sources_of

__all__ = [
    "Allowance",
    "DeliveryAttempt",
    "MailServer",
    "Message",
    "MessagePreference",
    "Occurrence",
    "Suppression",
    "Sweep",
]


class OccurrenceQuerySet(TenantQuerySet):
    def move_to(self, target: State, **facts: Any) -> int:
        """Move those whose state allows it, in one conditional UPDATE; return how many. `facts` are set with it."""
        return self.filter(state__in=sources_of(target)).update(state=target, **facts)

    def open(self) -> "OccurrenceQuerySet":
        """Not settled yet."""
        return self.filter(state__in=OPEN)

    def waiting(self, moment: dt.datetime) -> "OccurrenceQuerySet":
        """Due at `moment` and kept back by nobody. Reminders among them still wait for the sending window."""
        return self.filter(state=State.PLANNED, held_at=None, not_before__lte=moment, expires_at__gt=moment)

    def needing_attention(self) -> "OccurrenceQuerySet":
        """Settled in a way that a person should look at; what had nobody to go to is among them."""
        unsettled = Q(state__in=NEEDS_ATTENTION) | Q(state=State.SKIPPED, recipient_email="")
        return self.filter(unsettled, dealt_with_at__isnull=True)


class Occurrence(TenantModel):
    """One reminder or one mail of the framework, to one address, for one reason."""

    rule = models.CharField(max_length=80)  # the reminder's name
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.UUIDField()
    recipient_email = models.CharField(max_length=254, blank=True)  # lower case; empty only when skipped for that
    recipient_name = models.CharField(max_length=200, blank=True)
    recipient_type = models.CharField(max_length=60, blank=True)  # "identity.user", "employers.contact"
    recipient_id = models.UUIDField(null=True)
    occurrence_key = models.CharField(max_length=60)
    schedule_version = models.PositiveSmallIntegerField(default=1)

    about = models.CharField(max_length=200, blank=True)  # what lists call the subject

    due_on = models.DateField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # later it would help nobody
    why = models.CharField(max_length=300)  # "because ..."
    is_urgent = models.BooleanField(default=False)  # goes at any hour: sign-in codes, and what a person sends now
    is_late = models.BooleanField(default=False)

    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=300, blank=True)  # why it was skipped, failed, missed or cancelled
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    held_at = models.DateTimeField(null=True)
    dealt_with_at = models.DateTimeField(null=True)  # a person has seen to it

    not_before = models.DateTimeField()  # the due moment, later after a try that may be repeated
    attempt = models.PositiveSmallIntegerField(default=0)  # only rises: with the owner it fences off a late worker
    tries = models.PositiveSmallIntegerField(default=0)  # since it was planned or repeated: sets the next delay
    first_attempt_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=80, blank=True)  # the process that claimed it
    lease_until = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)  # stays the same when it is sent again
    planned_at = models.DateTimeField(default=timezone.now)
    handed_over_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(OccurrenceQuerySet)()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "institute",
                    "rule",
                    "subject_id",
                    "recipient_email",
                    "occurrence_key",
                    "schedule_version",
                ],
                name="mail_occurrence_once",
            ),
            models.CheckConstraint(
                condition=Q(recipient_email=Lower("recipient_email")), name="mail_occurrence_lower_email"
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "not_before"], name="mail_occurrence_waiting", condition=Q(state="planned")
            ),
            models.Index(
                fields=["institute", "expires_at"], name="mail_occurrence_expiring", condition=Q(state="planned")
            ),
            models.Index(
                fields=["institute", "lease_until"],
                name="mail_occurrence_leased",
                condition=Q(state__in=["claimed", "handed_over"]),
            ),
            models.Index(fields=["institute", "-due_at"], name="mail_occurrence_due"),
            models.Index(
                fields=["institute", "recipient_id", "-settled_at"],
                name="mail_occurrence_to_contact",
                condition=Q(recipient_type="employers.contact", settled_at__isnull=False),
            ),
            models.Index(
                fields=["institute", "-settled_at"],
                name="mail_occurrence_settled",
                condition=Q(settled_at__isnull=False),
            ),
        ]

    @property
    def tone(self) -> str:
        """The colour of its state on a page."""
        return "warn" if self.is_held and self.state == State.PLANNED else TONES.get(State(self.state), "")

    @property
    def state_in_words(self) -> str:
        """Its state as a person would say it."""
        return "Held" if self.is_held and self.state == State.PLANNED else self.get_state_display()

    @property
    def may_be_dismissed(self) -> bool:
        """Whether a person may take it off the list of those that need attention without deciding more."""
        is_for_nobody = self.state == State.SKIPPED and not self.recipient_email
        return self.dealt_with_at is None and (is_for_nobody or self.state in (State.FAILED, State.MISSED))

    @property
    def goes_at(self) -> dt.datetime:
        """When it leaves unless somebody holds it: not before its moment, and a reminder within the sending window."""
        moment = max(self.not_before, now())
        return moment if self.is_urgent else next_sending_moment(moment)

    @property
    def is_held(self) -> bool:
        """Whether a person keeps it back."""
        return self.held_at is not None


class Message(TenantModel):
    """What an occurrence says. Reminders are rendered when claimed; mail of the framework is stored rendered.

    A secret body (it carries a code or a one-time link) is wiped when it is handed over or expires; others after
    90 days. Addresses and the outcome stay on the occurrence.
    """

    occurrence = TenantForeignKey(Occurrence, on_delete=models.CASCADE, related_name="messages")
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    from_email = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True)
    is_secret = models.BooleanField(default=False)
    rendered_at = models.DateTimeField(default=timezone.now)
    wiped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "occurrence"], name="mail_message_once")]


class DeliveryAttempt(TenantModel):
    """One try to hand a message to the mail server, and how far it got. Append-only."""

    occurrence = TenantForeignKey(Occurrence, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=12)  # see crm.mail.smtp.Phase
    reply_code = models.PositiveSmallIntegerField(null=True)
    reply_text = models.CharField(max_length=300, blank=True)
    result = models.CharField(max_length=12, choices=State.choices)  # the state it led to
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number", "at", "id"]


class Suppression(TenantModel):
    """An address that gets no reminders from this institute, and why. A person may lift it."""

    class Reason(models.TextChoices):
        REFUSED = "refused", "The mail server says there is no such address"
        ASKED = "asked", "The person asked for no more mail"

    email = models.CharField(max_length=254)  # lower case
    reason = models.CharField(max_length=10, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "email"], condition=Q(lifted_at__isnull=True), name="mail_suppression_once"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="mail_suppression_lower_email"),
        ]


class Allowance(TenantModel):
    """How many more reminders an address may get on `day`: a bucket that is filled anew each day."""

    email = models.CharField(max_length=254)  # lower case
    day = models.DateField()
    left = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "email"], name="mail_allowance_once")]


class Sweep(TenantModel):
    """The last look of a reminder over its institute: the sign that it is alive even when it finds nothing."""

    rule = models.CharField(max_length=80)
    looked_at = models.DateTimeField()
    candidates = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    last_planned_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "rule"], name="mail_sweep_once")]


class MailServer(models.Model):
    """What is known of a mail server's health, by host and port. Belongs to no institute: it serves them all."""

    address = models.CharField(max_length=300, primary_key=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    rest_until = models.DateTimeField(null=True)  # nothing is tried before
    last_error = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
