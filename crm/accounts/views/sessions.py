"""Where you are signed in, and signing out elsewhere."""

from typing import Any

from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.accounts.sessions import device
from crm.core.views import ActionView, Page
from crm.identity.roles import Permission


class Sessions(Page):
    """One's own sessions, the one in hand first."""

    permission = Permission.SIGN_IN
    needs_institute = False
    template_name = "accounts/sessions.html"
    title = "Where you are signed in"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        own = UserSession.objects.purge_and_list(self.request.user)
        own.sort(key=lambda s: s.last_seen_at, reverse=True)
        own.sort(key=lambda s: s.is_current(), reverse=True)
        rows = [{"session": s, "device": device(s.user_agent), "is_this": s.is_current()} for s in own]
        return super().get_context(rows=rows, **extra)


class EndSession(ActionView):
    """End one of one's own sessions."""

    permission = Permission.SIGN_IN
    needs_institute = False
    success_message = "That device is signed out."

    def prepare(self) -> None:
        self.session = get_object_or_404(UserSession, user=self.request.user, pk=self.kwargs["pk"])

    def act(self) -> str:
        end_sessions(self.request, [self.session])
        return reverse("usersessions_list")


class EndOtherSessions(ActionView):
    """End all of one's sessions but this one."""

    permission = Permission.SIGN_IN
    needs_institute = False
    success_message = "All other devices are signed out."

    def act(self) -> str:
        end_other_sessions(self.request, self.request.user)
        return reverse("usersessions_list")
