"""My day: what this person, in this role, is asked to look at."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from crm.base import clock
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web.shell import shown_panels


class Home(Page):
    """Panels of the slots `home` (to do) and `home_side` (to know). Outside an institute it leads into one."""

    permission = Permission.SIGN_IN
    needs_institute = False
    template_name = "web/home.html"
    title = "My day"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.institute is None:
            return HttpResponseRedirect(reverse("accounts:landing"))
        main, side = shown_panels(request, "home"), shown_panels(request, "home_side")
        sentences = [*main.headlines, *side.headlines]
        summary = f"{_today()}. {'. '.join(sentences)}." if sentences else _today()
        greeting = _greeting(request.user.name)
        return self.render(self.get_context(greeting=greeting, summary=summary, main=main.html, side=side.html))


def _greeting(name: str) -> str:
    hour = timezone.localtime(clock.now()).hour
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return f"Good {part}, {name.split()[0]}" if name.strip() else f"Good {part}"


def _today() -> str:
    day = clock.today()
    return f"{day:%A} {day.day} {day:%B}"
