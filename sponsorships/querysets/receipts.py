"""Adjectives of receipts."""

from django.db.models import Case, IntegerField, Value, When

from crm.base.tenancy import TenantQuerySet

OPEN = ("unmatched", "part_matched")


class ReceiptQuerySet(TenantQuerySet):
    """Receipts."""

    def open(self) -> "ReceiptQuerySet":
        """Some of it still waits for a decision."""
        return self.filter(state__in=OPEN)

    def open_first(self) -> "ReceiptQuerySet":
        """Those that wait for a decision, oldest work on top of what is settled."""
        waits = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
        return self.order_by(waits, "-banked_on", "-id")
