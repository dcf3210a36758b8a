"""Adjectives of contributions and their valuations.

States and bases are written as text here because models import querysets, not the other way about.
"""

import datetime as dt
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.db.models.query import QuerySet

from crm.base.tenancy import TenantQuerySet

# Strongest first. What the giver declares is shown beside the others and never counts by itself: in-kind support is
# taken at its value to the receiver, normally the open-market price, and its cost must be evidenced (DOMAIN of
# charity accounting and of the former ESI funds' match rules).
COUNTED_BASES = ("invoice", "independent", "rate_card", "market_comparator")
OPEN_STATES = ("offered", "agreed", "delivered", "accepted")


class ValuationQuerySet(TenantQuerySet):
    """Valuations."""

    def waiting(self) -> "ValuationQuerySet":
        """Submitted, of contributions that are still of interest: an approver should decide."""
        return self.filter(state="submitted", line__contribution__state__in=OPEN_STATES)

    def counted(self) -> "ValuationQuerySet":
        """The one valuation per line whose pence count in totals.

        The contribution is accepted and the valuation approved. Where a line has approved valuations on several
        bases, one counts, in this order: invoice, independent valuation, rate card, market comparator. A
        donor-declared value never counts.
        """
        strength = Case(
            *(When(basis=basis, then=Value(rank)) for rank, basis in enumerate(COUNTED_BASES)),
            output_field=IntegerField(),
        )
        return (
            self.filter(state="approved", basis__in=COUNTED_BASES, line__contribution__state="accepted")
            .order_by("line_id", strength)
            .distinct("line_id")
        )

    def delivered_between(self, since: dt.date | None, until: dt.date | None) -> "ValuationQuerySet":
        """Of contributions delivered from `since` to `until`, both included; None leaves that side open."""
        bounds: dict[str, Any] = {}
        if since:
            bounds["line__contribution__delivered_on__gte"] = since
        if until:
            bounds["line__contribution__delivered_on__lte"] = until
        return self.filter(**bounds)


class ContributionQuerySet(TenantQuerySet):
    """Contributions."""

    def _valuations(self, **facts: Any) -> QuerySet:
        valuations = self.model._meta.apps.get_model("sponsorships", "Valuation")
        return valuations.objects.filter(line__contribution=OuterRef("pk"), **facts)

    def to_value(self) -> "ContributionQuerySet":
        """Some line has no valuation that could count: none, or only returned or declared ones."""
        lines = self.model._meta.apps.get_model("sponsorships", "ContributionLine")
        valuations = self.model._meta.apps.get_model("sponsorships", "Valuation")
        good = valuations.objects.filter(
            line=OuterRef("pk"), state__in=["submitted", "approved"], basis__in=COUNTED_BASES
        )
        bare = lines.objects.filter(~Exists(good), contribution=OuterRef("pk"))
        return self.filter(Exists(bare), state__in=OPEN_STATES)

    def to_approve(self) -> "ContributionQuerySet":
        """Some valuation waits for an approver."""
        return self.filter(Exists(self._valuations(state="submitted")), state__in=OPEN_STATES)

    def accepted(self) -> "ContributionQuerySet":
        """Received and accepted by the institute."""
        return self.filter(state="accepted")
