"""Not too much mail to one person on one day."""

import datetime as dt

from django.conf import settings
from django.db import connection

from crm.base.context import acting_institute
from crm.base.ids import new_id

# The conflicting row is locked and read as it is then, so any number of mailers take no more than there is.
_TAKE = """
INSERT INTO mail_allowance AS a (id, institute_id, email, day, "left")
VALUES (%(id)s, %(institute)s, %(email)s, %(day)s, %(cap)s - 1)
ON CONFLICT (institute_id, email) DO UPDATE
  SET day = excluded.day, "left" = CASE WHEN a.day = excluded.day THEN a."left" - 1 ELSE %(cap)s - 1 END
  WHERE a.day <> excluded.day OR a."left" > 0
RETURNING 1
"""


def take(email: str, day: dt.date) -> bool:
    """Take one of the reminders that an address may get from the acting institute on that day. False: none is left.

    Given back when the transaction is rolled back.
    """
    if not settings.MAIL_DAILY_CAP:
        return True
    facts = {"id": new_id(), "institute": acting_institute(), "email": email, "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, facts | {"cap": settings.MAIL_DAILY_CAP})
        return cursor.fetchone() is not None
