"""The people at an employer or a provider."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from employers.models.employers import Employer
from employers.querysets import ContactQuerySet, ContactRoleQuerySet


class Contact(TimedModel, TenantModel):
    """A person an institute talks to, for the time they are at one employer or one provider (a school, say).

    Who moves on leaves this row, with its roles and conversations, where it was, and gets a new one at the next place;
    `first` ties the rows of one person together. An erased person keeps the row's id and the facts that name nobody.
    """

    employer = TenantForeignKey(Employer, null=True, blank=True, related_name="contacts")
    provider = models.ForeignKey(
        "identity.Provider", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=200)
    email = models.CharField("e-mail", max_length=254, blank=True)  # stored case-folded
    email_domain = models.CharField(max_length=200, blank=True)  # "" for free mail; duplicates are found by it
    phone = models.CharField(max_length=30, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    joined_on = models.DateField(null=True, blank=True)  # known of those who moved here from elsewhere
    left_on = models.DateField(null=True, blank=True)
    first = TenantForeignKey("self", null=True, blank=True, related_name="later")  # empty on the first row itself
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(ContactQuerySet)()

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(employer__isnull=True, provider__isnull=False)
                | Q(employer__isnull=False, provider__isnull=True),
                name="employers_contact_of_one",
            ),
            models.UniqueConstraint(
                F("institute"), Lower("email"), condition=~Q(email=""), name="employers_contact_email_once"
            ),
        ]
        indexes = [
            models.Index(fields=["institute", "provider"], name="employers_contact_by_provider"),
            models.Index(
                fields=["institute", "email_domain"], name="employers_contact_by_domain", condition=~Q(email_domain="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_asked(self) -> bool:
        """Still there by today and not erased: the rule of `still_there()`, for a row already loaded."""
        return self.erased_at is None and (self.left_on is None or self.left_on > today())

    @property
    def person_id(self) -> uuid.UUID:
        """The same on all rows of one person, whichever of them is at hand."""
        return self.first_id or self.pk


class ContactRole(TenantModel):
    """What a contact is to the institute, over time."""

    class Role(models.TextChoices):
        MAIN = "main", "Main contact"
        SPONSOR_LEAD = "sponsor_lead", "Sponsor lead"
        FINANCE = "finance", "Finance contact"
        SIGNATORY = "signatory", "Signatory"
        GOVERNOR = "governor", "Governor"
        CURRICULUM = "curriculum", "Curriculum panel"
        PRESS = "press", "Press contact"
        SAFEGUARDING = "safeguarding", "Safeguarding lead"
        VOLUNTEER = "volunteer", "Volunteer"
        TEACHER = "teacher", "Teacher"

    contact = TenantForeignKey(Contact, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)

    objects = TenantManager.from_queryset(ContactRoleQuerySet)()

    class Meta:
        ordering = ["role", "starts_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "contact", "role"], condition=Q(ends_on__isnull=True), name="employers_role_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="employers_role_period"
            ),
        ]

    @property
    def is_in_force(self) -> bool:
        """Held today: the same rule as `ContactRole.objects.in_force()`, for a row already loaded."""
        return self.starts_on <= today() and (self.ends_on is None or self.ends_on >= today())
