"""What institutes tell the network."""

from django.db import models

from crm.base.tenancy import TenantModel


class NetworkFigure(TenantModel):
    """One number about an institute. The row belongs to the Network, never to the institute it is about.

    `as_of` is when the number became what it is: publishing the same number again writes nothing.
    """

    about_institute = models.ForeignKey(
        "identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10)
    value = models.BigIntegerField()
    as_of = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "about_institute", "name"], name="network_figure_once"),
        ]
