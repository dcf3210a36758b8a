"""The one change that people make to the audit."""

import uuid

from django.db import connection

from crm.base.context import acting_institute
from crm.base.transactions import action
from crm.identity.models import User


@action
def erase_personal(*, table: str, row_id: uuid.UUID, by: User | None) -> int:
    """Erase the personal values kept of one row in the acting institute; say of how many entries.

    The entries and their seals stay, and an entry "Personal values erased" is added. `by` is the user of the context,
    who the database writes down; it is named here so that no erasure is called without one in mind.
    Raises NoInstituteContext.
    """
    acting_institute()
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_audit_personal(%s, %s)", [table, row_id])
        return cursor.fetchone()[0]
