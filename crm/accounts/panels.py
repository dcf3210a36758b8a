"""What this app shows on My day."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm.accounts.reads import people_of_institute
from crm.core.registry import panels
from crm.identity.roles import Permission

SHOWN = 5


@panels.register
class PeopleToSeeTo:
    """For administrators: who was invited and never came, whose roles end soon, and who has none left."""

    slot, order = "home", 10
    permission = Permission.MANAGE_PEOPLE
    template = "accounts/panels/people.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Always something: how many people get in stands here."""
        people = people_of_institute()
        waiting = [person for person in people if person.state == "invited"]
        ending = [person for person in people if person.state == "active" and person.ends_soon]
        headline = ""
        if waiting:
            headline = "1 invitation is unused" if len(waiting) == 1 else f"{len(waiting)} invitations are unused"
        return {
            "active": sum(person.state == "active" for person in people),
            "waiting": waiting[:SHOWN],
            "waiting_count": len(waiting),
            "ending": ending[:SHOWN],
            "former": sum(person.state == "ended" for person in people),
            "people_url": reverse("accounts:people"),
            "headline": headline,
        }
