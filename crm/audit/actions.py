"""Erasing: the one change that people make to the audit, and to texts that are otherwise never changed."""

import uuid
from collections.abc import Collection

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


@action
def erase_texts(*, words: Collection[str], by: User | None) -> int:
    """Put "[erased]" for these words in every text of the acting institute; say in how many rows.

    Append-only rows, the outbox and the stored answers of the API are among them; earlier values are taken out of the
    audit. Whole words only, whatever their case. `by` as above. Raises NoInstituteContext.
    """
    acting_institute()
    if not words:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '300s'")  # every text of an institute is read
        cursor.execute("SELECT personal_words(%s, true)", [list(words)])
        return cursor.fetchone()[0]
