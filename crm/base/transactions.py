"""The frame of every action."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, connection, transaction

from crm.base.errors import Conflict

P = ParamSpec("P")
R = TypeVar("R")


def check_constraints_now() -> None:
    """Let deferred checks bite here. Left to COMMIT, one bad key would lose its neighbours' work too."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def only_one(constraint: str, message: str, *, field: str | None = None) -> Iterator[None]:
    """For writing what may be there once: raises Conflict with `message` when somebody else wrote it this very moment.

    `constraint` is the unique constraint that says so; another one bites as ever.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise Conflict(message, field=field) from error


def action(function: Callable[P, R]) -> Callable[P, R]:
    """One atomic block whose deferred constraints are checked before it ends."""

    @functools.wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            result = function(*args, **kwargs)
            check_constraints_now()
            return result

    inside.is_action = True
    return inside
