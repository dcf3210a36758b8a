"""Kinds whose rows go through the action for one record each: files hold thousands of these, not a hundred thousand."""

import uuid
from collections.abc import Callable, Sequence

from django.db import IntegrityError, transaction

from crm.base.errors import DomainError
from crm.imports.models import ImportRow

USED = "Something was added to it since."


def each(rows: Sequence[ImportRow], do: Callable[[ImportRow], None]) -> dict[uuid.UUID, str]:
    """Call `do` for each row, each in a savepoint. Returns why not, by row id, where an action refused."""
    refused = {}
    for row in rows:
        try:
            with transaction.atomic():
                do(row)
        except DomainError as refusal:
            refused[row.id] = refusal.message
        except IntegrityError:
            refused[row.id] = USED
    return refused
