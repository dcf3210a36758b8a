"""Base of every reminder. An app writes one class per kind in its reminders.py; docs/how-to/reminder.md shows how.

The engine (workers/reminders.py) plans what `candidates` finds, the mailer asks `still_wanted` again when it claims
one, and the page and the mailer render it by the same function. A class holds no state and sends nothing.
"""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import CharField, DateField, DateTimeField, ExpressionWrapper, F, QuerySet, UUIDField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from crm.mail.models import Occurrence

# What a candidate says, in the order the engine reads it. Prefixed, so that no model's own field is in the way.
COLUMNS = (
    "subject_id",
    "recipient_email",
    "recipient_name",
    "recipient_type",
    "recipient_id",
    "occurrence_key",
    "due_on",
    "about",
)
PREFIX = "reminder_"


class Reminder:
    """One kind of reminder."""

    name: ClassVar[str]  # "employers.follow_up_overdue": kept in the rows, never changed
    label: ClassVar[str]  # "Follow-up overdue"
    audience: ClassVar[str]  # "the follow-up's owner"
    why: ClassVar[str]  # "because you own a follow-up that is past its date": shown beside every occurrence
    template: ClassVar[str]  # "employers/email/follow_up_overdue": .subject.txt, .txt and .html
    subject_type: ClassVar[str]  # "employers.followup"
    # "marketing" as soon as it advertises: then it goes only to whom crm.mail.standing lets it go.
    purpose: ClassVar[str] = "service"
    lead_days: ClassVar[int] = 0  # how long before the thing itself; a later move by more than this reminds again
    expires_after_days: ClassVar[int] = 14  # after the due date; later it would help nobody
    nobody: ClassVar[str] = "there is nobody to write to"  # why a candidate without a recipient is skipped
    order: ClassVar[int] = 100

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        """Everything to remind of that is due on or before `until`, as one set: end with `return self.rows(...)`.

        Runs inside the institute's context. `as_of` is today. No loop, no query per row: there may be a million.
        """
        raise NotImplementedError

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        """None, or why it need not go after all ("the follow-up is done"). Asked just before it goes."""
        raise NotImplementedError

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        """What the templates show, beside `occurrence`, `institute`, `reminder` and `link`."""
        raise NotImplementedError

    def url(self, occurrence: Occurrence) -> str:
        """The path inside the institute to act at, or "" for readers who cannot sign in."""
        return ""

    def reply_to(self, occurrence: Occurrence) -> str:
        """The address of the person who answers questions, or "" for the sender's own."""
        return ""

    def rows(
        self,
        queryset: QuerySet,
        *,
        recipient_email: str | Combinable,
        recipient_name: str | Combinable,
        recipient_type: str,
        recipient_id: str | Combinable,
        due_on: str | Combinable,
        occurrence_key: str | Combinable,
        subject_id: str | Combinable = "pk",
        about: str | Combinable | None = None,
    ) -> QuerySet:
        """Candidates out of `queryset`: each argument is a field path or an expression; `about` names it in lists.

        `recipient_type` is said as it is ("identity.user"); so is a constant key, as `Value("T-14")`.
        """
        columns = {
            "subject_id": Cast(_expression(subject_id), UUIDField()),
            "recipient_email": _expression(recipient_email),
            "recipient_name": _expression(recipient_name),
            "recipient_type": Value(recipient_type, output_field=CharField()),
            "recipient_id": Cast(_expression(recipient_id), UUIDField()),
            "occurrence_key": Cast(_expression(occurrence_key), CharField()),
            "due_on": _expression(due_on),
            "about": Cast(_expression(about or Value("")), CharField()),
        }
        named = {PREFIX + name: columns[name] for name in COLUMNS}
        return queryset.order_by().annotate(**named).values_list(*named)

    def rows_for_nobody(
        self,
        queryset: QuerySet,
        *,
        due_on: str | Combinable,
        occurrence_key: str | Combinable,
        about: str | Combinable | None = None,
    ) -> QuerySet:
        """Candidates that have no recipient: end with `self.rows(...).union(self.rows_for_nobody(...), all=True)`.

        Each is kept once as skipped, with `nobody` as the reason, and needs attention until it has a recipient.
        """
        nobody = {"recipient_email": Value(""), "recipient_name": Value(""), "recipient_id": Value(None)}
        return self.rows(
            queryset, **nobody, recipient_type="", due_on=due_on, occurrence_key=occurrence_key, about=about
        )


def _expression(said: str | Combinable) -> Combinable:
    return F(said) if isinstance(said, str) else said


def days_after(field: str, days: int) -> Combinable:
    """The date `days` days after (before, when negative) that of a date field, for `due_on`."""
    moment = ExpressionWrapper(F(field) + dt.timedelta(days=days), output_field=DateTimeField())
    return Cast(moment, DateField())
