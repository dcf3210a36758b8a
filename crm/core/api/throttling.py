"""How much a token may ask, counted in the database: every web process knows, and a flushed broker changes nothing."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

# One statement outside the request's transaction, so that a refused or failed request counts too.
_COUNT = """
INSERT INTO core_apiuse AS use (token_id, minute, requests, last_used_at)
VALUES (%s, date_trunc('minute', now()), 1, now())
ON CONFLICT (token_id) DO UPDATE SET
  requests = CASE WHEN use.minute = excluded.minute THEN use.requests + 1 ELSE 1 END,
  minute = excluded.minute, last_used_at = excluded.last_used_at
RETURNING requests, 60 - floor(extract(second FROM now()))::int
"""


@dataclass(frozen=True)
class Allowance:
    """What is left of this minute."""

    limit: int
    used: int
    seconds_left: int

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """For every answer."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.seconds_left),
        }


def count_request(token_id: uuid.UUID) -> Allowance:
    """Count one request of a token and say how it stands; remembers when the token was last used (UTC)."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [token_id])
        used, seconds_left = cursor.fetchone()
    return Allowance(settings.API_REQUESTS_PER_MINUTE, used, seconds_left)
