"""Where a person starts."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from crm.core.institute_path import path_in
from crm.core.institute_transaction import homes
from crm.core.views import Page
from crm.identity.roles import Permission, Role

PORTAL = "/portal/"


@dataclass(frozen=True)
class Place:
    """An institute one works in, or the sponsor's pages."""

    label: str
    url: str
    note: str = ""


class Landing(Page):
    """Leads to the one place a person has, asks where to when there are several, says so when there is none."""

    permission = Permission.SIGN_IN
    needs_institute = False
    template_name = "accounts/landing.html"
    title = "Where to?"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        places = places_of(request)
        if len(places) == 1:
            return HttpResponseRedirect(places[0].url)
        return self.render(self.get_context(places=places))


def places_of(request: HttpRequest) -> list[Place]:
    """Institutes by name, then the portal for a sponsor's contact."""
    roles: dict[Any, list[str]] = {}
    for membership in request.memberships:
        roles.setdefault(membership.institute_id, []).append(Role(membership.role).label)
    places = [
        Place(institute.name, path_in(institute.code, "/"), ", ".join(sorted(roles[institute.id])))
        for institute in sorted(homes(request), key=lambda i: i.name)
    ]
    if any(m.role == Role.SPONSOR_CONTACT for m in request.memberships):
        places.append(Place("Your sponsorship", PORTAL, "What your sponsorship did"))
    return places
