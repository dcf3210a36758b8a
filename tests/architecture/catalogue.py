"""What PostgreSQL's own catalogue says about our tables. Each function returns the offenders, by name."""

from typing import Any

from crm.base import row_security_check
from crm.base.row_security_check import PUBLIC_WITH_INSTITUTE

# Tables that belong to no institute, each with its reason.
WITHOUT_TENANT = {
    "identity_user": "before sign-in; reached through accounts",
    "identity_institute": "public facts",
    "identity_provider": "public facts",
    "employers_organisation": "network register: public facts only",
    "base_cache": "sign-in limits",
    "core_backuprun": "when the database was backed up",
    "core_referenceedition": "public lists: which edition is current",
    "core_referencerow": "public lists: SIC, regions, postcode districts",
    "core_freeze": "whether the product stands still",
    "mail_mailserver": "health of the mail server: serves all institutes",
    "workers_heartbeat": "signs of life of processes",
    "workers_tick": "which periods of which job ran",
    "core_apiuse": "rate limit: counted before an institute is known",
    "accounts_demolink": "before sign-in; the demo alone",
    "account_emailaddress": "before sign-in",
    "account_emailconfirmation": "before sign-in; unused",
    "mfa_authenticator": "before sign-in; secrets encrypted",
    "socialaccount_socialaccount": "before sign-in: whose account a college's sign-in is",
    "socialaccount_socialapp": "before sign-in; unused",
    "socialaccount_socialtoken": "before sign-in; unused",
    "accounts_factorlock": "before sign-in: wrong second factors",
    "usersessions_usersession": "before sign-in",
    "django_session": "before sign-in",
    "django_migrations": "Django's own",
    "django_content_type": "Django's own",
    "auth_permission": "Django's own; unused",
    "auth_group": "Django's own; unused",
    "auth_group_permissions": "Django's own; unused",
}


def _rows(cursor: Any, sql: str) -> list[tuple]:
    cursor.execute(sql)
    return cursor.fetchall()


def tables(cursor: Any) -> list[str]:
    return [t for (t,) in _rows(cursor, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]


def tenant_tables(cursor: Any) -> list[str]:
    return list(row_security_check.tenant_tables(cursor))


def tables_unknown(cursor: Any) -> list[str]:
    """Neither a tenant's nor on the list of those without one."""
    known = set(tenant_tables(cursor)) | set(WITHOUT_TENANT) | set(PUBLIC_WITH_INSTITUTE)
    return sorted(set(tables(cursor)) - known)


def policies_missing(cursor: Any) -> list[str]:
    """Tenant tables without row security, or without one policy per command that names the context."""
    return row_security_check.open_tables(cursor)


def uniques_without_tenant(cursor: Any) -> list[str]:
    """A unique over tenant data that leaves the institute out tells one institute what another has."""
    sql = """SELECT c.relname, i.relname, pg_get_indexdef(x.indexrelid)
             FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
             WHERE x.indisunique AND NOT x.indisprimary AND c.relnamespace = 'public'::regnamespace"""
    mine = set(tenant_tables(cursor))
    return [f"{t}: {i}" for t, i, definition in _rows(cursor, sql) if t in mine and "(institute_id" not in definition]


def references_that_leave(cursor: Any) -> list[str]:
    """Foreign keys between tenant tables that do not carry the institute, or are deferred."""
    sql = """SELECT conrelid::regclass::text, confrelid::regclass::text, conname, pg_get_constraintdef(oid)
             FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"""
    mine = set(tenant_tables(cursor))
    return [
        f"{child}: {name}"
        for child, parent, name, definition in _rows(cursor, sql)
        if {child, parent} <= mine and ("(institute_id, " not in definition or "DEFERR" in definition)
    ]


def views_that_leak(cursor: Any) -> list[str]:
    """Views run with their owner's rights unless told otherwise; materialised ones always do."""
    sql = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm'
             OR (relkind = 'v' AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)))
             AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"""
    return [v for (v,) in _rows(cursor, sql)]


def writable_append_only(cursor: Any) -> list[str]:
    """Tables with the append-only trigger that the application could still update or delete from."""
    sql = """SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             WHERE t.tgname LIKE '%append_only' AND EXISTS (
               SELECT FROM information_schema.role_table_grants g
               WHERE g.table_name = c.relname AND g.grantee = 'anchorpoint_app'
                 AND g.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE'))"""
    return [t for (t,) in _rows(cursor, sql)]


def kept_as_facts(cursor: Any) -> dict[str, set[str]]:
    """Of each audited table the columns that are not personal: their values stay in the audit for good."""
    sql = """SELECT c.relname, array_agg(a.attname::text), (SELECT rtrim(encode(t.tgargs, 'escape'), E'\\\\0'))
             FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE t.tgname = c.relname || '_audit_update' GROUP BY c.relname, t.tgargs"""
    return {t: set(columns) - set(personal.split(",")) for t, columns, personal in _rows(cursor, sql)}
