"""What this app shows on My day."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm.core.registry import panels
from crm.identity.roles import Permission
from crm.mail.models import Occurrence
from crm.mail.reads import counts, labelled
from crm.mail.states import State

SHOWN = 4


@panels.register
class MailToSeeTo:
    """For who may hold and repeat mail: what failed, was missed or may not have arrived."""

    slot, order = "home", 40
    permission = Permission.HOLD_MAIL
    template = "mail/panels/to_see_to.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing does."""
        mails = Occurrence.objects.visible_to(request.user).needing_attention()
        count = mails.count()
        if not count:
            return None
        messages = "1 message" if count == 1 else f"{count} messages"
        return {
            "mails": labelled(mails.order_by("-settled_at", "-id")[:SHOWN]),
            "headline": f"{messages} did not arrive for certain",
            "aside": messages,
            "all_url": reverse("mail:outgoing") + "?show=attention",
        }


@panels.register
class GoesOutNext:
    """The next reminders, and for who may not mend it, whether any mail needs a person."""

    slot = "home_side"
    permission = Permission.SEE_MAIL
    template = "mail/panels/goes_out_next.html"
    order = 50

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing is planned and nothing needs a person."""
        numbers = counts()
        planned = Occurrence.objects.visible_to(request.user).filter(state=State.PLANNED).select_related("held_by")
        if not numbers["next"] and not numbers["attention"]:
            return None
        return {
            "mails": labelled(planned.order_by("not_before", "id")[:SHOWN]),
            "attention": 0 if request.may(Permission.HOLD_MAIL) else numbers["attention"],
            "all_url": reverse("mail:outgoing"),
            "attention_url": reverse("mail:outgoing") + "?show=attention",
        }
