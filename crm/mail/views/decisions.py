"""The buttons beside a message."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from crm.core.views import ActionView
from crm.identity.roles import Permission
from crm.mail import actions


class _Decision(ActionView):
    """Calls one action on the occurrence of the address; back to where the person was."""

    permission = Permission.HOLD_MAIL
    decide: Callable[..., None]

    def act(self) -> str:
        type(self).decide(occurrence_id=self.kwargs["pk"], by=self.request.user)
        return self.back_url()

    def back_url(self) -> str:
        came_from = self.request.META.get("HTTP_REFERER", "")
        safe = url_has_allowed_host_and_scheme(came_from, {self.request.get_host()}, self.request.is_secure())
        return came_from if safe else reverse("mail:outgoing")


def _decision(name: str, decide: Callable[..., Any], success_message: str) -> type[_Decision]:
    return type(name, (_Decision,), {"decide": staticmethod(decide), "success_message": success_message})


Hold = _decision("Hold", actions.hold_mail, "It is held: it goes when somebody releases it.")
Release = _decision("Release", actions.release_mail, "It is released and goes when it is due.")
SendNow = _decision("SendNow", actions.hurry_mail, "It goes now.")
SendAgain = _decision("SendAgain", actions.repeat_mail, "It goes again now.")
Confirm = _decision("Confirm", actions.confirm_mail, "It counts as sent.")
Allow = _decision("Allow", actions.allow_mail, "Mail goes to this address again, from the next reminder on.")
Dismiss = _decision("Dismiss", actions.dismiss_mail, "It is off the list.")
