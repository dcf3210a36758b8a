"""Challenges, the school groups booked on them and the employers' people who help."""

from events.models.bookings import GroupBooking
from events.models.challenges import Challenge, ChallengeCost
from events.models.volunteers import Volunteer

__all__ = ["Challenge", "ChallengeCost", "GroupBooking", "Volunteer"]
