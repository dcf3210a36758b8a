"""What a reminder says. The preview on the page and the mailer both come here, so they cannot differ."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from crm.core.institute_path import path_in
from crm.core.registry import reminders
from crm.identity.models import Institute
from crm.mail.models import Occurrence
from crm.mail.states import State

_NOT_LEFT = frozenset({State.PLANNED, State.CLAIMED})  # its text is kept from the hand-over on


@dataclass(frozen=True)
class Rendered:
    """A message ready to leave. `subject` is one line."""

    subject: str
    text: str
    html: str
    reply_to: str = ""


def render_reminder(occurrence: Occurrence) -> Rendered:
    """Render with the facts of this moment, inside the institute's context.

    Raises whatever the reminder or its templates raise; KeyError when its class is no more.
    """
    reminder = reminders[occurrence.rule]()
    facts = {
        **reminder.context(occurrence),
        "occurrence": occurrence,
        "reminder": reminder,
        "institute": Institute.objects.get(pk=occurrence.institute_id),
    }
    facts["link"] = _absolute(facts["institute"], reminder.url(occurrence))
    return Rendered(
        subject=" ".join(_plain(f"{reminder.template}.subject.txt", facts).split())[:300],
        text=_plain(f"{reminder.template}.txt", facts).strip() + "\n",
        html=get_template(f"{reminder.template}.html").render(facts),
        reply_to=reminder.reply_to(occurrence),
    )


def shown(occurrence: Occurrence) -> Rendered | None:
    """What it said when it left, or what it would say now; None when its text is wiped or gone.

    Raises what rendering raises while it is still to go.
    """
    if occurrence.state in _NOT_LEFT and occurrence.rule in {reminder.name for reminder in reminders}:
        return render_reminder(occurrence)
    message = occurrence.messages.first()
    if message is None or message.wiped_at:
        return None
    return Rendered(message.subject, message.text, message.html, message.reply_to)


def _plain(template: str, facts: dict[str, Any]) -> str:
    """Text is not HTML: `Jo & Kim` stays as it is, whether or not the author thought of it."""
    return get_template(template).template.render(Context(facts, autoescape=False))


def _absolute(institute: Institute, path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path_in(institute.code, path) if path else ""
