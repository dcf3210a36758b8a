"""Adjectives of receipts and of what they were for."""

from django.db.models import Case, IntegerField, Prefetch, Value, When

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


class ReceiptMatchQuerySet(TenantQuerySet):
    """What receipts were for."""

    def standing(self) -> "ReceiptMatchQuerySet":
        """Neither undone nor undoing another."""
        return self.filter(reverses__isnull=True, reversals__isnull=True)

    def with_undoing(self) -> "ReceiptMatchQuerySet":
        """All that was ever said, each with `undone`: the match that undid it, in a list of none or one."""
        undoing = Prefetch("reversals", self.model.objects.select_related("made_by"), to_attr="undone")
        return self.filter(reverses__isnull=True).prefetch_related(undoing)
