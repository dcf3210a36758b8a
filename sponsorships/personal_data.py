"""What sponsorships keep of a person: gifts that name them, their view of the sponsor report, and their account."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from crm.accounts.actions import erase_account
from crm.core.personal_data import Person, PersonalData, SignIn, TextAbout
from crm.core.registry import personal_data
from crm.core.reports import Cell
from crm.identity.roles import Permission
from employers.models import Contact
from sponsorships.actions.portal import close_portal, move_portal
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
        for grant in PortalGrant.objects.live().of_contact(contact, contact.email):
            close_portal(grant=grant, by=by)

    def sign_in(self, contact_id: uuid.UUID) -> SignIn | None:
        contact = Contact.objects.get(pk=contact_id)
        grant = PortalGrant.objects.live().of_contact(contact, contact.email).select_related("user").last()
        return SignIn("the sponsor report", grant.user.email, Permission.EDIT_AGREEMENTS) if grant else None

    def move_sign_in(self, contact_id: uuid.UUID, before: str, by: Any) -> None:
        """Only the view that this institute opened moves; what others opened to the old address is theirs to move."""
        move_portal(contact=Contact.objects.get(pk=contact_id), before=before, by=by)


def _grants(person: Person) -> QuerySet[PortalGrant]:
    by_address = Q(contact__isnull=True, user__email__in=person.addresses)
    return PortalGrant.objects.filter(Q(contact__in=person.contact_ids) | by_address)
