"""Standing still: while frozen, nothing leaves the product. For a restored copy, until somebody says that it is live.

The row is in the database, so it comes into force at once for every worker, whatever machine it runs on.
"""

from django.db import connection

from crm.core.models import Freeze

NOT_FROZEN = "NOT EXISTS (SELECT FROM core_freeze)"  # for statements that look for work


def freeze(reason: str) -> None:
    """Stop sending and handling. A freeze already in force keeps its reason."""
    Freeze.objects.get_or_create(id=1, defaults={"reason": reason[:200]})


def thaw() -> bool:
    """Let it go on. False when it was not frozen."""
    return Freeze.objects.all().delete()[0] > 0


def is_frozen() -> bool:
    """Whether nothing may leave. One small query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NOT_FROZEN}")
        return not cursor.fetchone()[0]
