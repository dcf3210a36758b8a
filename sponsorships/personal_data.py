"""What sponsorships keep of a person: gifts that name them, their view of the sponsor report, and their account."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from crm.accounts.actions import erase_account
from crm.core.personal_data import Person, PersonalData, TextAbout
from crm.core.registry import personal_data
from crm.core.reports import Cell
from employers.models import Contact
from sponsorships.actions.portal import close_portal
from sponsorships.models import Contribution, PortalGrant


@personal_data.register
class Gifts(PersonalData):
    name, label, order = "sponsorships.gifts", "Contributions in kind that name them", 39
    heads = ("Offered", "What", "From", "Described as")
    fate = "Stays, with names, addresses and numbers of theirs taken out of the text."
    texts = (
        TextAbout(Contribution, "title", "Contribution in kind", dated="offered_on"),
        TextAbout(Contribution, "description", "Description of a contribution", dated="offered_on"),
        TextAbout(Contribution, "state_reason", "Why a contribution was declined", dated="offered_on"),
    )

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        named = Q(pk__in=())
        for name in person.names:
            named |= Q(title__icontains=name) | Q(description__icontains=name)
        theirs = Contribution.objects.filter(named, employer__contacts__in=person.contact_ids).distinct()
        found = theirs.select_related("employer").order_by("offered_on", "id")
        return [(g.offered_on, g.title, g.employer.name, g.description) for g in found]


@personal_data.register
class PortalAccess(PersonalData):
    name, label, order = "sponsorships.portal_access", "Access to the sponsor report", 60
    heads = ("From", "Until", "Employer", "Signs in as")
    fate = "Ends at once, with every session; the account goes unless it is used elsewhere."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        grants = _grants(person).select_related("employer", "user")
        return [(g.granted_at, g.revoked_at, g.employer.name, g.user.email) for g in grants]

    def erase(self, person: Person, by: Any) -> int:
        grants = list(_grants(person).select_related("user"))
        for grant in grants:
            if grant.revoked_at is None:
                close_portal(grant=grant, by=by)
        for user in {grant.user for grant in grants}:
            erase_account(user=user, by=by)
        return len(grants)

    def leave(self, contact_id: uuid.UUID, by: Any) -> None:
        """Only the view of the employer they left ends; what they may see as somebody else's contact stays."""
        contact = Contact.objects.get(pk=contact_id)
        as_them = Q(contact=contact) | Q(contact__isnull=True, employer=contact.employer_id, user__email=contact.email)
        for grant in PortalGrant.objects.live().filter(as_them):
            close_portal(grant=grant, by=by)


def _grants(person: Person) -> QuerySet[PortalGrant]:
    by_address = Q(contact__isnull=True, user__email__in=person.addresses)
    return PortalGrant.objects.filter(Q(contact__in=person.contact_ids) | by_address)
