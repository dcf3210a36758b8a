"""The network register of legal entities."""

from django.db import models
from django.utils import timezone

from crm.base.ids import new_id


class Organisation(models.Model):
    """A legal entity with public facts only, shared by all institutes; an employer may link to one.

    It belongs to no institute: nothing that an institute typed about an employer may be written here except what the
    public registers say too. Each edit carries its author and source.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    legal_name = models.CharField(max_length=200)
    company_number = models.CharField(max_length=8, blank=True)  # normalised: eight characters, upper case
    charity_number = models.CharField(max_length=12, blank=True)
    legal_form = models.CharField(max_length=80, blank=True)
    sic_codes = models.JSONField("SIC codes", default=list, blank=True)
    website = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=500, blank=True)
    edited_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    edited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["legal_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company_number"], condition=~models.Q(company_number=""), name="employers_company_number_once"
            ),
            models.UniqueConstraint(
                fields=["charity_number"], condition=~models.Q(charity_number=""), name="employers_charity_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(company_number="") | models.Q(company_number__regex=r"^[A-Z0-9]{8}$"),
                name="employers_company_number_normalised",
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name
