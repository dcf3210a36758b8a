"""Refuses to serve with a database role that row security does not bind.

Row security is enabled, not forced, so it binds a role only if that role owns nothing, can become nobody who does,
and has no attribute that steps over it. A wrong role would work perfectly and show everybody everything.
"""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

ADVICE = (
    "Connect as a role made by: CREATE ROLE anchorpoint_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS; "
    "and grant it no other role. Give that role's address as DATABASE_URL and the owner's as DATABASE_OWNER_URL."
)

# Each query returns one row per fault: the words that complete "The role in DATABASE_URL ...".
_QUERIES = (
    # What it is, or can become by SET ROLE. Every role is a member of itself; a superuser is a member of all.
    """SELECT format(CASE WHEN rolname = current_user THEN 'is %2$s' ELSE 'can become %1$I, which is %2$s' END,
                     rolname, CASE WHEN rolsuper THEN 'a superuser' ELSE 'allowed to bypass row security' END)
       FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')
       ORDER BY rolname <> current_user LIMIT 1""",
    """SELECT 'may create roles, and so give itself the owner''s'
       FROM pg_roles WHERE rolname = current_user AND rolcreaterole AND NOT rolsuper""",
    """SELECT format('owns the database %I or belongs to the role that does', datname)
       FROM pg_database WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'MEMBER')""",
    """SELECT format('owns %s tables with row security, %I among them, or belongs to their owner',
                     count(*), min(relname))
       FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER')
       HAVING count(*) > 0""",
    """SELECT format('may create objects in the schema %I', nspname)
       FROM pg_namespace WHERE nspname = 'public' AND has_schema_privilege(current_user, oid, 'CREATE')""",
    """SELECT format('may empty %s tables with row security by TRUNCATE, %I among them', count(*), min(relname))
       FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')
         AND has_table_privilege(current_user, oid, 'TRUNCATE') HAVING count(*) > 0""",
)


_ALL = " UNION ALL ".join(
    f"SELECT {place} AS place, fault FROM ({query}) AS each (fault)"  # noqa: S608  our own SQL
    for place, query in enumerate(_QUERIES)
)


def role_faults(alias: str = "default") -> list[str]:
    """Why the role of this connection may not serve requests, as the ends of sentences. Empty when it may."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"{_ALL} ORDER BY place")
        return [fault for _, fault in cursor.fetchall()]


def refuse_powerful_role(alias: str = "default") -> None:
    """Raise ImproperlyConfigured when the role could step over row security; close the connection used for it.

    A database that does not answer is no reason to refuse: pages say so until it does, and the role cannot have
    changed for the better or worse by a query that fails.
    """
    try:
        faults = role_faults(alias)
    except DatabaseError:
        return
    finally:
        connections[alias].close()
    if faults:
        raise ImproperlyConfigured(f"The role in DATABASE_URL {'; it '.join(faults)}. {ADVICE}")


def check_role(app_configs: Any = None, databases: Iterable[str] | None = None, **options: Any) -> list[CheckMessage]:
    """The same as a system check, run by `manage.py check --database default`."""
    if "default" not in (databases or ()):
        return []
    return [Error(f"The role in DATABASE_URL {fault}.", hint=ADVICE, id="crm.E001") for fault in role_faults()]
