"""The facts of a partnership for tests, made by the actions."""

from typing import Any

from crm.base.clock import today
from crm.identity.models import User
from employers.actions import make_promise as promise_action
from employers.models import Employer, Promise


def make_promise(employer: Employer, owner: User, **facts: Any) -> Promise:
    """Something we owe the employer by today, seen to by `owner`."""
    facts = {"side": "ours", "what": "Send the course outline", "due_on": today(), **facts}
    return promise_action(employer=employer, owner=owner, by=owner, **facts)
