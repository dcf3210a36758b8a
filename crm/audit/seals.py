"""The chain that shows whether history was changed.

Each seal's hash covers its entries and the hash of the seal before, so one byte changed anywhere is found, and the
newest hash, kept elsewhere (the worker logs it), stands for the whole history of an institute.
"""

import logging
import uuid
from dataclasses import dataclass

from django.db import connection

from crm.audit.models import AuditSeal
from crm.base.context import acting_institute, current_context

logger = logging.getLogger(__name__)

ENTRIES_PER_SEAL = 10_000
UNSEALED_AFTER = "1 day"  # an entry older than that without a seal was not written by the trigger


@dataclass(frozen=True)
class SealCheck:
    """What verify_seals found. `broken` names the first thing that is not as it was sealed, "" when all is well."""

    seals: int
    entries: int
    head: str
    broken: str = ""

    @property
    def holds(self) -> bool:
        return not self.broken


def seal_entries() -> int:
    """Seal the acting institute's entries that are in no seal; say how many. Raises NoInstituteContext."""
    institute = acting_institute()
    sealed = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT seal_audit_entries(%s)", [ENTRIES_PER_SEAL])
            (count,) = cursor.fetchone()
            sealed += count
            if count < ENTRIES_PER_SEAL:
                break
    if sealed:
        # The log is the copy outside the database that a rewritten chain would not match.
        logger.info("sealed %d audit entries of %s, head %s", sealed, institute, head_hash())
    return sealed


def head_hash() -> str:
    """The newest seal's hash, worth writing down elsewhere. Empty before the first seal."""
    newest = AuditSeal.objects.order_by("-number").first()
    return bytes(newest.hash).hex() if newest else ""


def verify_seals() -> SealCheck:
    """Recompute the chain of the acting institute from the rows as they are now."""
    institute = acting_institute()
    broken = ""
    for find in (_broken_entry, _broken_personal, _broken_seal, _unsealed_entry):
        broken = broken or find(institute)
    seals = AuditSeal.objects.visible_to(None).filter(institute_id=institute)
    return SealCheck(
        seals=seals.count(),
        entries=sum(seals.values_list("entries", flat=True)),
        head=head_hash(),
        broken=broken,
    )


def _first(sql: str, institute: uuid.UUID) -> tuple | None:
    current_context()
    with connection.cursor() as cursor:
        cursor.execute(sql, {"institute": institute, "age": UNSEALED_AFTER})
        return cursor.fetchone()


def _broken_entry(institute: uuid.UUID) -> str:
    """An entry that is gone or no longer what was sealed."""
    row = _first(
        """SELECT s.id, l.number, e.id IS NULL FROM audit_auditsealed s
           JOIN audit_auditseal l ON l.institute_id = s.institute_id AND l.id = s.seal_id
           LEFT JOIN audit_auditentry e ON e.institute_id = s.institute_id AND e.id = s.id
           WHERE s.institute_id = %(institute)s AND (e.id IS NULL OR audit_leaf(e) <> s.leaf)
           ORDER BY l.number, s.id LIMIT 1""",
        institute,
    )
    if row is None:
        return ""
    return f"Entry {row[0]} in seal {row[1]} {'is gone' if row[2] else 'was changed'}."


def _broken_personal(institute: uuid.UUID) -> str:
    """Personal values that are not those the entry was written with. Erased ones are no fault."""
    row = _first(
        """SELECT p.id FROM audit_auditpersonal p
           LEFT JOIN audit_auditentry e ON e.institute_id = p.institute_id AND e.id = p.id
           WHERE p.institute_id = %(institute)s AND audit_digest(p.salt, p.values) IS DISTINCT FROM e.digest
           ORDER BY p.id LIMIT 1""",
        institute,
    )
    return f"The personal values of entry {row[0]} were changed." if row else ""


def _broken_seal(institute: uuid.UUID) -> str:
    """A seal that does not follow from its entries and the seal before."""
    row = _first(
        """SELECT number FROM (
             SELECT l.number, l.hash, l.previous, l.entries,
               lag(l.hash, 1, ''::bytea) OVER (ORDER BY l.number) AS hash_before,
               row_number() OVER (ORDER BY l.number) AS place, s.leaves
             FROM audit_auditseal l LEFT JOIN LATERAL (
               SELECT array_agg(leaf ORDER BY id) AS leaves FROM audit_auditsealed s
               WHERE s.institute_id = l.institute_id AND s.seal_id = l.id) s ON true
             WHERE l.institute_id = %(institute)s) chain
           WHERE number <> place OR previous <> hash_before OR entries IS DISTINCT FROM cardinality(leaves)
             OR hash IS DISTINCT FROM audit_seal_hash(previous, number, leaves)
           ORDER BY number LIMIT 1""",
        institute,
    )
    return f"Seal {row[0]} does not follow from its entries and the seal before it." if row else ""


def _unsealed_entry(institute: uuid.UUID) -> str:
    """An entry that was put in behind the chain."""
    row = _first(
        """SELECT e.id FROM audit_auditentry e WHERE e.institute_id = %(institute)s
           AND e.at < (SELECT max(newest_at) FROM audit_auditseal WHERE institute_id = %(institute)s)
                      - %(age)s::interval
           AND NOT EXISTS (SELECT FROM audit_auditsealed s WHERE s.institute_id = e.institute_id AND s.id = e.id)
           ORDER BY e.at, e.id LIMIT 1""",
        institute,
    )
    return f"Entry {row[0]} is in no seal although later ones are." if row else ""
