"""Rows one asks for by an adjective."""

from django.db.models import Count, Q, QuerySet, Sum

from crm.base.clock import now
from crm.base.tenancy import TenantQuerySet

TAKES_A_PLACE = ("confirmed", "attended")
COMES = ("accepted", "attended")


class ChallengeQuerySet(TenantQuerySet):
    def upcoming(self) -> QuerySet:
        """Not over and not cancelled."""
        return self.filter(ends_at__gte=now()).exclude(state="cancelled")

    def past(self) -> QuerySet:
        """Over, latest first."""
        return self.filter(ends_at__lt=now()).order_by("-starts_at", "-id")

    def with_numbers(self) -> QuerySet:
        """Adds `groups`, `waiting` and `pupils` in one query."""
        takes = Q(bookings__state__in=TAKES_A_PLACE)
        return self.annotate(
            groups=Count("bookings", filter=takes),
            waiting=Count("bookings", filter=Q(bookings__state="waiting")),
            pupils=Sum("bookings__pupils", filter=takes, default=0),
        )


class GroupBookingQuerySet(TenantQuerySet):
    def taking_a_place(self) -> QuerySet:
        """Booked, or came."""
        return self.filter(state__in=TAKES_A_PLACE)

    def waiting(self) -> QuerySet:
        """On the waiting list, first come first."""
        return self.filter(state="waiting").order_by("booked_at", "id")


class VolunteerQuerySet(TenantQuerySet):
    def coming(self) -> QuerySet:
        """Said yes, or came."""
        return self.filter(state__in=COMES)

    def time_to_count(self) -> QuerySet:
        """Gave time at a challenge that was held, and nobody has counted it in kind."""
        return self.filter(challenge__state="held", state="attended", minutes__isnull=False, contribution__isnull=True)
