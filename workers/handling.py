"""Who reacts to which fact.

    @handles(BursaryAwarded, AwardPaid)
    def fold_usage(event, entry):
        fold_fund(event.fund_id)

A handler loads by id and calls one function of a lower package; it holds no rule. Its writes commit together with the
mark that it is done, so it runs to an end exactly once, but it may start several times. Its name is stored with each
delivery: renaming one is a change of data.

One that asks the database the same for each fact, as after an import of thousands, takes many at once:

    @handles(EmployerAdded, EmployerChanged, at_once=100)
    def look_for_duplicates(happened):
        queue_duplicates(employer_ids={event.employer_id for event, _ in happened})
"""

import dataclasses
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from crm.outbox.domain_events import DomainEvent

HandlerFunction = Callable[..., None]


@dataclasses.dataclass(frozen=True)
class Handler:
    """A function and the facts it reacts to. `alone` ones get a transaction each, because they lock what many want.

    Those with `at_once` above 1 are called with up to so many facts.
    """

    name: str
    function: HandlerFunction
    events: tuple[type[DomainEvent], ...]
    alone: bool
    at_once: int = 1

    def call(self, happened: Sequence[tuple[DomainEvent, Any]]) -> None:
        """With events and their entries: exactly one unless `at_once` says more."""
        if self.at_once > 1:
            self.function(happened)
            return
        [(event, entry)] = happened
        self.function(event, entry)

    @cached_property
    def event_types(self) -> frozenset[str]:
        """The stored names of its events."""
        return frozenset(event.type_name() for event in self.events)


_handlers: dict[str, Handler] = {}


def handles(
    *events: type[DomainEvent], alone: bool = False, at_once: int = 1
) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register a handler, called as `handler(event, entry)` in the entry's institute, in a transaction.

    `alone=True` for handlers that lock a fund: others would wait for the whole batch. With `at_once` it is called as
    `handler([(event, entry), ...])` with facts of one request, in their order: it must do for all of them what it
    would do for each, and record no fact of its own, because nobody could say which of them caused it. Raises
    ImproperlyConfigured when no event is named, another handler has the name, or one would be alone with many.
    """

    def register(function: HandlerFunction) -> HandlerFunction:
        name = function.__name__
        if not events:
            raise ImproperlyConfigured(f"The handler {name} names no domain event")
        if alone and at_once > 1:
            raise ImproperlyConfigured(f"The handler {name} is alone and takes many facts at once")
        if name in _handlers and _handlers[name].function.__module__ != function.__module__:
            raise ImproperlyConfigured(f"There are two handlers called {name}")
        _handlers[name] = Handler(name=name, function=function, events=events, alone=alone, at_once=at_once)
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
