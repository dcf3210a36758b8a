"""What a person said about being written to. Nothing here is ever changed: the next word is a new row."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.base.tenancy import TenantModel
from crm.identity.models import User


class Purpose(models.TextChoices):
    SERVICE = "service", "About what they agreed to or signed up for"
    MARKETING = "marketing", "News, invitations and offers"


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    POST = "post", "Post"


class Basis(models.TextChoices):
    CONSENT = "consent", "They said yes"
    SOFT_OPT_IN = "soft_opt_in", "They asked about the like before and did not refuse"
    LEGITIMATE_INTERESTS = "legitimate_interests", "Legitimate interests, noted in a balancing test"
    OBJECTION = "objection", "They said no"
    WITHDRAWAL = "withdrawal", "They took their yes back"


REFUSALS = (Basis.OBJECTION, Basis.WITHDRAWAL)


class MessagePreference(TenantModel):
    """One word of one person on one purpose and channel. `crm.mail.standing` says what all of them come to.

    `person_type` and `person_id` name them as an occurrence names its recipient; `said_at` is when they said it.
    """

    person_type = models.CharField(max_length=60)  # "employers.contact"
    person_id = models.UUIDField()
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    allowed = models.BooleanField()
    basis = models.CharField(max_length=20, choices=Basis.choices)
    source = models.CharField(max_length=200)  # where it was said: "on the phone to Priya"
    said_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-said_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(allowed=False, basis__in=REFUSALS) | (Q(allowed=True) & ~Q(basis__in=REFUSALS)),
                name="mail_preference_basis_fits",
            ),
        ]
        indexes = [models.Index(fields=["institute", "person_type", "person_id"], name="mail_preference_of_person")]
