"""Adjectives of agreements, shares and instalments."""

import datetime as dt

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from crm.base.clock import today
from crm.base.tenancy import TenantQuerySet

EXPECTED = ("scheduled", "part_paid")


class AgreementQuerySet(TenantQuerySet):
    """Agreements this institute leads."""

    def drafts(self) -> "AgreementQuerySet":
        """Not yet signed."""
        return self.filter(state="draft")

    def signed(self) -> "AgreementQuerySet":
        """Signed, whether ended early since or not."""
        return self.exclude(state="draft")


class ShareQuerySet(TenantQuerySet):
    """Shares of this institute."""

    def with_received(self) -> "ShareQuerySet":
        """Each with `received_pence`, what was matched to its instalments, `written_off_pence`, and `standing_pence`:
        what is promised less what was written off."""
        instalments = "components__instalments"
        return self.annotate(
            received_pence=Coalesce(Sum(f"{instalments}__paid_pence"), 0),
            written_off_pence=Coalesce(Sum(f"{instalments}__written_off_pence"), 0),
            standing_pence=F("pence") - F("written_off_pence"),
        )


class InstalmentQuerySet(TenantQuerySet):
    """Instalments."""

    def expected(self) -> "InstalmentQuerySet":
        """Something is still to come."""
        return self.filter(state__in=EXPECTED)

    def overdue(self) -> "InstalmentQuerySet":
        """Something is still to come and the due date is past."""
        return self.expected().filter(due_on__lt=today())

    def due_by(self, day: dt.date) -> "InstalmentQuerySet":
        """Expected on or before that date, the late ones included."""
        return self.expected().filter(due_on__lte=day)

    def outstanding(self) -> int:
        """Pence still to come over these rows."""
        return self.expected().aggregate(pence=Coalesce(Sum(F("pence") - F("paid_pence")), 0))["pence"]

    def with_agreement(self) -> "InstalmentQuerySet":
        """With what a list shows of each, in one query."""
        return self.select_related("component__share", "component__fund")
