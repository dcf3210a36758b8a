"""The frame of every action."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


def check_constraints_now() -> None:
    """Let deferred checks bite here. Left to COMMIT, one bad key would lose its neighbours' work too."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


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
