"""Funds: money kept for one purpose."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Lower

from crm.base.context import acting_institute
from crm.base.errors import NotFound, OverLimit
from crm.base.money import format_pounds
from crm.base.tenancy import TenantManager, TenantModel, TenantQuerySet, TimedModel


class FundQuerySet(TenantQuerySet):
    def open(self) -> "FundQuerySet":
        """Awards and spending may draw on them."""
        return self.filter(state=Fund.State.OPEN)

    def locked(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, "Fund"]:
        """These funds of the acting institute, locked in the order of their ids so that no two transactions can wait
        for each other. Raises NotFound when one is missing.

        NO KEY UPDATE: rows that merely point at a fund may still be written meanwhile.
        """
        wanted = sorted(set(ids))
        mine = self.filter(institute_id=acting_institute(), pk__in=wanted)
        found = {fund.id: fund for fund in mine.order_by("pk").select_for_update(no_key=True)}
        if len(found) < len(wanted):
            raise NotFound("There is no such fund in this institute.", field="fund")
        return found


class Fund(TimedModel, TenantModel):
    """Money given for one purpose. What it holds stands in FundBalance, how that came about in the journal."""

    class Kind(models.TextChoices):
        BURSARY = "bursary", "Bursaries"
        CHALLENGE = "challenge", "STE(A)M challenges"
        EQUIPMENT = "equipment", "Equipment"
        GENERAL = "general", "General"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    restriction = models.TextField("what the money may be used for", max_length=1000, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # The legal person that holds the money: an institute is a partnership and usually has no account of its own.
    recipient = models.ForeignKey(
        "identity.Provider", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = TenantManager.from_queryset(FundQuerySet)()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("institute", Lower("name"), name="sponsorships_fund_name_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="sponsorships_fund_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["bursary", "challenge", "equipment", "general"]),
                name="sponsorships_fund_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def pays_for(self, purpose: str) -> bool:
        """A fund pays for its own purpose. A general one pays for anything but bursaries, which go to persons and
        come from money given for them."""
        return self.kind == purpose or (self.kind == self.Kind.GENERAL and purpose != self.Kind.BURSARY)

    def held(self) -> dict[str, int]:
        """Pence in each bucket now. Exact only while the fund is locked."""
        return dict(self.balances.values_list("bucket", "pence"))

    def refuse_overdraft(self, bucket: str, pence: int, held: dict[str, int]) -> None:
        """Raise OverLimit, saying how much is left, when the bucket holds less than `pence`.

        Says in words what the CHECK on the balance would refuse anyway. Call it under the fund's lock.
        """
        if held[bucket] < pence:
            raise OverLimit(
                f"Only {format_pounds(held[bucket], exact=True)} is left as {bucket} in “{self}”;"
                f" {format_pounds(pence, exact=True)} was asked for.",
                field="pence",
            )
