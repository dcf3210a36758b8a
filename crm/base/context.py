"""In which institutes this piece of work happens.

The database is told by transaction-local settings, which row security reads; Python keeps the same facts so that code
which touches tenant tables without a context fails loudly instead of finding nothing.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from crm.base.request_id import current_request_id

# A synthetic institute that owns mail, audit and outbox rows which belong to no institute.
NETWORK_ID = uuid.UUID("00000000-0000-7000-8000-000000000001")


class NoInstituteContext(RuntimeError):
    """Tenant data was touched outside `institute_context(...)`."""


@dataclass(frozen=True)
class InstituteContext:
    """`acting` is written to, `institutes` are read, `user_id` is who does it (None for the system)."""

    acting: uuid.UUID | None
    institutes: frozenset[uuid.UUID]
    user_id: uuid.UUID | None

    @property
    def request_id(self) -> str:
        return current_request_id()


# Selected with the parameters that `settings_for` gives, it tells the database for the rest of its transaction.
TELL = """set_config('app.institutes', %(institutes)s, true), set_config('app.acting', %(acting)s, true),
  set_config('app.user', %(user)s, true), set_config('app.request', %(request)s, true)"""

_NOBODY = InstituteContext(acting=None, institutes=frozenset(), user_id=None)

_current: ContextVar[InstituteContext | None] = ContextVar("institute_context", default=None)


def current_context() -> InstituteContext:
    """The context in force. Raises NoInstituteContext when there is none."""
    context = _current.get()
    if context is None:
        raise NoInstituteContext("Enter institute_context(...) before touching an institute's data.")
    return context


def has_context() -> bool:
    """Whether an institute context is in force."""
    return _current.get() is not None


def acting_institute() -> uuid.UUID:
    """The institute that new rows belong to. Raises NoInstituteContext when the context only reads."""
    acting = current_context().acting
    if acting is None:
        raise NoInstituteContext("This context reads several institutes and writes to none.")
    return acting


@contextmanager
def institute_context(
    acting: uuid.UUID | None, *, read: Iterable[uuid.UUID] | None = None, user_id: uuid.UUID | None = None
) -> Iterator[InstituteContext]:
    """Work inside `acting` (and read `read`, by default the same) in one transaction.

    Contexts nest: a joint agreement steps through its parties. The outer context returns on exit.
    """
    institutes = frozenset(read if read is not None else ([acting] if acting else []))
    if acting is not None:
        institutes |= {acting}
    outer = _current.get()
    if user_id is None and outer is not None:
        user_id = outer.user_id
    context = InstituteContext(acting=acting, institutes=institutes, user_id=user_id)
    with _in_force(context, outer):
        yield context


@contextmanager
def no_context() -> Iterator[None]:
    """Work that belongs to nobody: enumerators. The database shows no tenant row."""
    with _in_force(None, _current.get()):
        yield


@contextmanager
def _in_force(context: InstituteContext | None, outer: InstituteContext | None) -> Iterator[None]:
    token = _current.set(context)
    try:
        with transaction.atomic():
            _tell_database(context or _NOBODY)
            yield
    finally:
        _current.reset(token)
        # COMMIT forgets the settings by itself; inside a larger transaction the outer context must come back.
        if connection.in_atomic_block and not connection.needs_rollback:
            _tell_database(outer or _NOBODY)


def tell_request_id() -> None:
    """Let what this transaction writes from here on be audited under the request id now in force."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.request', %s, true)", [current_request_id()])


def settings_for(acting: uuid.UUID) -> dict[str, str]:
    """What the database is told of work of the system inside one institute."""
    return _settings(InstituteContext(acting=acting, institutes=frozenset([acting]), user_id=None))


def _tell_database(context: InstituteContext) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {TELL}", _settings(context))


def _settings(context: InstituteContext) -> dict[str, str]:
    return {
        "institutes": "{" + ",".join(str(i) for i in sorted(context.institutes)) + "}",
        "acting": str(context.acting or ""),
        "user": str(context.user_id or ""),
        "request": context.request_id,
    }
