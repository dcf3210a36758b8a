"""What else an employer is or was called, so that it is found by any of it."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Lower

from crm.base.tenancy import TenantForeignKey, TenantModel
from employers.models.employers import Employer


class EmployerName(TenantModel):
    """Another name of an employer. Names of one that was merged stay with it: readers follow its redirect."""

    class Kind(models.TextChoices):
        TRADING = "trading", "Trading name"
        FORMER = "former", "Former name"

    employer = TenantForeignKey(Employer, on_delete=models.CASCADE, related_name="other_names")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-kind", Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint(F("institute"), F("employer"), Lower("name"), name="employers_other_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FormerNumber(TenantModel):
    """A company number that an employer had before: it changed its legal form, say, or its register."""

    employer = TenantForeignKey(Employer, on_delete=models.CASCADE, related_name="former_numbers")
    number = models.CharField(max_length=8)  # normalised, as in the register

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "number"], name="employers_former_number_once"),
        ]

    def __str__(self) -> str:
        return self.number


class NameKey(TenantModel):
    """Every name of an employer in the form that names are compared in. Kept by `employers.rollups.index_employers`.

    `key` is crm.base.names.match_key of the name. Read through the function alike_employer_names, because the
    operators that compare names are not leakproof.
    """

    class Kind(models.TextChoices):
        CURRENT = "current", "Current name"
        PART = "part", "One half of “A trading as B”"
        LEGAL = "legal", "Name in the register"
        TRADING = "trading", "Trading name"
        FORMER = "former", "Former name"

    employer = TenantForeignKey(Employer, on_delete=models.CASCADE, related_name="name_keys")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "employer", "kind", "name"], name="employers_name_key_once"),
        ]
        indexes = [models.Index(fields=["institute", "key"], name="employers_name_key_exact")]
