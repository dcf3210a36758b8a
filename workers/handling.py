"""Who reacts to which fact.

    @handles(BursaryAwarded, AwardPaid)
    def fold_usage(event, entry):
        fold_fund(event.fund_id)

A handler loads by id and calls one function of a lower package; it holds no rule. Its writes commit together with the
mark that it is done, so it runs to an end exactly once, but it may start several times. Its name is stored with each
delivery: renaming one is a change of data.
"""

import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from crm.outbox.domain_events import DomainEvent

HandlerFunction = Callable[[Any, Any], None]


@dataclasses.dataclass(frozen=True)
class Handler:
    """A function and the facts it reacts to. `alone` ones get a transaction each, because they lock what many want."""

    name: str
    function: HandlerFunction
    events: tuple[type[DomainEvent], ...]
    alone: bool

    @cached_property
    def event_types(self) -> frozenset[str]:
        """The stored names of its events."""
        return frozenset(event.type_name() for event in self.events)


_handlers: dict[str, Handler] = {}


def handles(*events: type[DomainEvent], alone: bool = False) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register a handler, called as `handler(event, entry)` in the entry's institute, in a transaction.

    `alone=True` for handlers that lock a fund: others would wait for the whole batch. Raises ImproperlyConfigured
    when no event is named or another handler has the name.
    """

    def register(function: HandlerFunction) -> HandlerFunction:
        name = function.__name__
        if not events:
            raise ImproperlyConfigured(f"The handler {name} names no domain event")
        if name in _handlers and _handlers[name].function.__module__ != function.__module__:
            raise ImproperlyConfigured(f"There are two handlers called {name}")
        _handlers[name] = Handler(name=name, function=function, events=events, alone=alone)
        return function

    return register


def handler_called(name: str) -> Handler:
    """The handler of that name. Raises KeyError."""
    return _handlers[name]


def handlers_of(event_type: str) -> list[Handler]:
    """Those who react to the stored type, by name."""
    wanted = [h for h in _handlers.values() if event_type in h.event_types]
    return sorted(wanted, key=lambda handler: handler.name)


def handler_names(*, alone: bool) -> list[str]:
    """The names of the handlers that run alone, or of those that share a transaction."""
    return sorted(handler.name for handler in _handlers.values() if handler.alone == alone)
