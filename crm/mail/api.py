"""What goes out, what was sent and what needs a person. What mail says stays on its page."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Choice, Moment, Person
from crm.core.api.operations import acts
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from crm.mail.actions import (
    allow_mail,
    confirm_mail,
    dismiss_mail,
    hold_mail,
    hurry_mail,
    release_mail,
    repeat_mail,
)
from crm.mail.forms import MailFilters
from crm.mail.models import Occurrence
from crm.mail.reads import labelled, mail_shown
from crm.mail.states import State


class MailAnswer(Answer):
    """One message to one person for one reason."""

    id = serializers.UUIDField()
    rule = serializers.CharField()
    label = serializers.CharField()
    about = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    recipient_name = serializers.CharField()
    recipient_email = serializers.CharField()
    why = serializers.CharField()
    state = Choice(State.choices)
    reason = serializers.CharField()
    held_by = Person(allow_null=True)
    due_at = Moment()
    goes_at = Moment(help_text="When it leaves unless somebody holds it; of interest while it is planned.")
    settled_at = Moment(allow_null=True)


@api_resources.register
class OutgoingMail(Resource):
    """What goes out by mail, when and why; what was sent, and what needs a person."""

    path, label, order = "outgoing-mail", "Outgoing mail", 60
    permission = Permission.SEE_MAIL
    answer = MailAnswer
    filter_class = MailFilters

    def rows(self) -> QuerySet[Occurrence]:
        return mail_shown(self.user, "all")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Occurrence]:
        return mail_shown(self.user, filters["show"] or "next", filters["q"])

    def complete(self, rows: Sequence[Occurrence]) -> None:
        labelled(rows)

    @acts("hold", permission=Permission.HOLD_MAIL)
    def hold(self, mail: Occurrence) -> Occurrence:
        """Keep a planned message back."""
        return self._done(hold_mail, mail)

    @acts("release", permission=Permission.HOLD_MAIL)
    def release(self, mail: Occurrence) -> Occurrence:
        """Let a held message go when it is due."""
        return self._done(release_mail, mail)

    @acts("send-now", permission=Permission.HOLD_MAIL)
    def send_now(self, mail: Occurrence) -> Occurrence:
        """Send a planned message now, whatever the hour."""
        return self._done(hurry_mail, mail)

    @acts("send-again", permission=Permission.HOLD_MAIL)
    def send_again(self, mail: Occurrence) -> Occurrence:
        """Send a failed message, or one that may have arrived, again."""
        return self._done(repeat_mail, mail)

    @acts("confirm", permission=Permission.HOLD_MAIL)
    def confirm(self, mail: Occurrence) -> Occurrence:
        """Say that a message which may have arrived did."""
        return self._done(confirm_mail, mail)

    @acts("dismiss", permission=Permission.HOLD_MAIL)
    def dismiss(self, mail: Occurrence) -> Occurrence:
        """Take a message off the list of those that need attention."""
        return self._done(dismiss_mail, mail)

    @acts("allow", permission=Permission.HOLD_MAIL)
    def allow(self, mail: Occurrence) -> Occurrence:
        """Let mail go again to the address of this message."""
        return self._done(allow_mail, mail)

    def _done(self, action: Callable[..., None], mail: Occurrence) -> Occurrence:
        action(occurrence_id=mail.pk, by=self.user)
        return mail
