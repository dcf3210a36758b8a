"""Telling people by mail that how they sign in has changed: if it was not they, they learn of it."""

import datetime as dt

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from crm.base.clock import LONDON, now
from crm.identity.models import User
from crm.mail.backend import KIND_HEADER

KIND = "accounts/email/second_factor"


def tell(user: User, subject: str, *, what: str) -> None:
    """Mail the person a sentence about what changed, and what to do if it was not they."""
    text = render_to_string(f"{KIND}_message.txt", {"name": user.name, "what": what}).strip()
    EmailMessage(subject, text, to=[user.email], headers={KIND_HEADER: KIND}).send()


def tell_locked(user: User, *, until: dt.datetime) -> None:
    """Somebody who has the first factor keeps typing wrong codes."""
    what = (
        "Somebody passed the first step of signing in as you and then failed the second too often. The second step is "
        f"locked until {shown(until)}."
    )
    tell(user, "Too many wrong tries at signing in as you", what=what)


def shown(moment: dt.datetime) -> str:
    """`14:05`, with its date when that is not today."""
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M}" if local.date() == now().astimezone(LONDON).date() else f"{local:%H:%M on %-d %B}"
