"""Learners, as little of them as can be: a pseudonym to say aloud and a keyed hash that finds them again."""

from django.db import models

from crm.base.tenancy import TenantModel


class LearnerRef(TenantModel):
    """A learner of a provider, without name, birth date or the provider's own number.

    `reference_hash` is an HMAC-SHA256 of provider and learner number under settings.LEARNER_HASH_KEY, which is kept
    outside the database: who has only the database or its backup cannot try numbers until one fits.
    """

    class Level(models.TextChoices):
        LEVEL_3 = "3", "Level 3"
        LEVEL_4 = "4", "Level 4"
        LEVEL_5 = "5", "Level 5"
        LEVEL_6 = "6", "Level 6"
        OTHER = "other", "Other"

    pseudonym = models.CharField(max_length=14)
    reference_hash = models.CharField(max_length=64)
    provider = models.ForeignKey("identity.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.CharField(max_length=160)
    level = models.CharField(max_length=5, choices=Level.choices)

    class Meta:
        ordering = ["pseudonym"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "reference_hash"], name="sponsorships_learner_once"),
            models.UniqueConstraint(fields=["institute", "pseudonym"], name="sponsorships_learner_pseudonym_once"),
        ]

    def __str__(self) -> str:
        return self.pseudonym
