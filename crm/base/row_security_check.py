"""Looks into PostgreSQL's own catalogue: is every tenant table still closed? Asked of a restored copy, and by tests."""

from typing import Any

# Rows about an institute that everybody may read: a public partnership.
PUBLIC_WITH_INSTITUTE = {"identity_instituteprovider": "public facts"}

_TENANT_TABLES = """
SELECT c.relname, c.relrowsecurity FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE a.attname = 'institute_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
  AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
_POLICIES = """
SELECT tablename, cmd, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies WHERE schemaname = 'public'
"""
_BOUND_TO = {"SELECT": "app.institutes", "INSERT": "app.acting", "UPDATE": "app.acting", "DELETE": "app.acting"}


def tenant_tables(cursor: Any) -> dict[str, bool]:
    """Each table with an institute, and whether row security is on."""
    cursor.execute(_TENANT_TABLES)
    return {table: enabled for table, enabled in cursor.fetchall() if table not in PUBLIC_WITH_INSTITUTE}


def open_tables(cursor: Any) -> list[str]:
    """A sentence per tenant table without row security, or without a policy per command that names the context."""
    cursor.execute(_POLICIES)
    policies = {(table, command): text for table, command, text in cursor.fetchall()}
    wrong = []
    for table, enabled in tenant_tables(cursor).items():
        if not enabled:
            wrong.append(f"{table}: row security is off")
        wrong += [
            f"{table}: {command} is not bound to {setting}"
            for command, setting in _BOUND_TO.items()
            if setting not in policies.get((table, command), "")
        ]
    return wrong
