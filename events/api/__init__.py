"""What other programs may do with challenges: the pages' own actions and lists, as JSON. Pupils are numbers alone."""

from events.api import bookings, challenges, schools, volunteers

__all__ = ["bookings", "challenges", "schools", "volunteers"]
