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
class GoesOutNext:
    """The next reminders, and whether any mail needs a person."""

    slot = "home_side"
    permission = Permission.SEE_MAIL
    template = "mail/panels/goes_out_next.html"
    order = 50

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        numbers = counts()
        planned = Occurrence.objects.visible_to(request.user).filter(state=State.PLANNED).select_related("held_by")
        if not numbers["next"] and not numbers["attention"]:
            return None
        return {
            "mails": labelled(planned.order_by("not_before", "id")[:SHOWN]),
            "attention": numbers["attention"],
            "all_url": reverse("mail:outgoing"),
            "attention_url": reverse("mail:outgoing") + "?show=attention",
        }
