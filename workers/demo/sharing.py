"""What the demo's institutes share of the sponsor they have in common, what one asks, and a person's words."""

import datetime as dt

from crm.base.clock import now
from crm.identity.models import Institute
from crm.identity.roles import Role
from crm.mail.actions import note_preference
from crm.network.actions import accept_share, propose_share, read_share
from crm.network.actions.shares import Terms
from crm.network.models import Share, SharedCopy
from employers.actions.asking import ask_to_share
from workers.demo.sponsorship import SPONSOR_NAME
from workers.demo.stage import employer, real_today, scene

FIELDS = ("name", "stage", "tier", "last_contact", "talks", "needs", "owner", "people")


def load_sharing() -> None:
    """Yorkshire & Humber shares facts of Quickline with Lincolnshire, who accepted, read, and asks them for theirs."""
    today = real_today()
    offered, accepted = today - dt.timedelta(days=20), today - dt.timedelta(days=18)
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, offered) as manager:
        if Share.objects.exists():
            return
        sponsor = employer(SPONSOR_NAME)
        terms = Terms(
            fields=FIELDS,
            receiver=Institute.objects.get(code="liot"),
            until=today + dt.timedelta(days=160),
            purpose="One conversation with them instead of two",
        )
        share = propose_share(object_type="employers.employer", object_id=sponsor.pk, terms=terms, by=manager)
        alex = sponsor.contacts.get(name="Alex Byrne")
        said = {"purpose": "marketing", "channel": "email", "basis": "objection", "source": "at the board meeting"}
        note_preference(person_type="employers.contact", person_id=alex.pk, **said, said_at=now(), by=manager)
    with scene("liot", Role.PARTNERSHIP_MANAGER, accepted) as manager:
        copy = accept_share(copy=SharedCopy.objects.get(pk=share.pk), by=manager)
        read_share(copy=copy, by=manager)
        message = "We meet them about year three"
        ask_to_share(organisation=employer(SPONSOR_NAME).organisation, message=message, by=manager)
