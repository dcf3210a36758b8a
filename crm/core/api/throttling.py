"""How much a token may ask, counted in the database: every web process knows, and a flushed broker changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

# One statement outside the request's transaction, so that a refused or failed request counts too.
_COUNT = """
WITH found AS MATERIALIZED ({look_up}), counted AS (
  INSERT INTO core_apiuse AS use (token_id, minute, requests, last_used_at)
  SELECT found.token_id, date_trunc('minute', now()), 1, now() FROM found
  ON CONFLICT (token_id) DO UPDATE SET
    requests = CASE WHEN use.minute = excluded.minute THEN use.requests + 1 ELSE 1 END,
    minute = excluded.minute, last_used_at = excluded.last_used_at
  RETURNING requests, 60 - floor(extract(second FROM now()))::int)
SELECT counted.*, found.* FROM counted, found
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


def count_request(look_up: str, values: Sequence[Any]) -> tuple[Allowance, tuple[Any, ...]] | None:
    """Count one request of the token that `look_up` finds. How it stands, and what was found; None for no token.

    `look_up` is our own SELECT of at most one row with a `token_id`. Remembers when the token was last used (UTC).
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(look_up=look_up), values)
        row = cursor.fetchone()
    if row is None:
        return None
    used, seconds_left, *found = row
    return Allowance(settings.API_REQUESTS_PER_MINUTE, used, seconds_left), tuple(found)
