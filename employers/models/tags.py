"""An institute's own labels on employers."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Lower

from crm.base.tenancy import TenantForeignKey, TenantModel
from employers.models.employers import Employer


class Tag(TenantModel):
    """A word that an institute puts on employers, such as "T Level host"."""

    name = models.CharField(max_length=40)

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [models.UniqueConstraint(F("institute"), Lower("name"), name="employers_tag_once")]

    def __str__(self) -> str:
        return self.name


class EmployerTag(TenantModel):
    """The tag is on that employer."""

    employer = TenantForeignKey(Employer, on_delete=models.CASCADE, related_name="tag_links")
    tag = TenantForeignKey(Tag, on_delete=models.CASCADE, related_name="links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "tag", "employer"], name="employers_tagged_once"),
        ]
