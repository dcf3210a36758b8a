"""The demo's people. All of them are invented; their addresses end in .example and reach nobody."""

import datetime as dt

from crm.accounts.actions import invite_person
from crm.accounts.models import Invitation
from crm.base.clock import now, replayed_at
from crm.base.context import NETWORK_ID, institute_context
from crm.identity.models import Institute, Membership, User
from crm.identity.roles import Role

STARTED_ON = dt.date(2020, 9, 1)  # before the story begins
SPONSOR = ("Jo Marsh", "jo.marsh@quickline.example")
INVITED = ("Naomi Clegg", "naomi.clegg@yhiot.example", Role.EVENTS_COORDINATOR)
NETWORK_LEAD = ("Ingrid Solberg", "ingrid.solberg@network.example")
PEOPLE: dict[str, list[tuple[Role, str]]] = {
    "yhiot": [
        (Role.PARTNERSHIP_MANAGER, "Priya Nair"),
        (Role.PARTNERSHIP_MANAGER, "Tom Askew"),
        (Role.EVENTS_COORDINATOR, "Yusuf Khan"),
        (Role.BURSARY_ADMINISTRATOR, "Marcus Reid"),
        (Role.FINANCE_OFFICER, "Fiona Clarke"),
        (Role.DIRECTOR, "Hannah Bell"),
        (Role.AUDITOR, "George Whitfield"),
        (Role.INSTITUTE_ADMINISTRATOR, "Ellen Shaw"),
    ],
    "liot": [
        (Role.PARTNERSHIP_MANAGER, "Aisha Grant"),
        (Role.EVENTS_COORDINATOR, "Callum Price"),
        (Role.BURSARY_ADMINISTRATOR, "Sofia Marino"),
        (Role.FINANCE_OFFICER, "Ruth Kelly"),
        (Role.DIRECTOR, "Daniel Cooper"),
    ],
}


def load_people() -> None:
    """Users and their roles. Adds what is missing."""
    for code, people in PEOPLE.items():
        institute = Institute.objects.get(code=code)
        for role, name in people:
            _give(person(name, code), institute, role)
    _give(_user(*NETWORK_LEAD), Institute.objects.get(id=NETWORK_ID), Role.NETWORK_LEAD)
    for code in PEOPLE:
        _give(_user(*SPONSOR), Institute.objects.get(code=code), Role.SPONSOR_CONTACT)
    _invite()


def _invite() -> None:
    """Somebody who has not come yet, so that an administrator has a person to ask."""
    code = "yhiot"
    name, email, role = INVITED
    invited_at = now() - dt.timedelta(days=9)
    institute = Institute.objects.get(code=code)
    administrator = who(code, Role.INSTITUTE_ADMINISTRATOR)
    with replayed_at(invited_at), institute_context(institute.id, user_id=administrator.id):
        if not Invitation.objects.exists():
            invite_person(name=name, email=email, role=role, by=administrator)


def person(name: str, code: str) -> User:
    """The demo's person of that name at an institute."""
    return _user(name, f"{name.lower().replace(' ', '.')}@{code}.example")


def who(code: str, role: Role) -> User:
    """The first of the demo's people with that role at an institute."""
    return person(next(name for has, name in PEOPLE[code] if has == role), code)


def _user(name: str, email: str) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email=email, name=name)


def _give(user: User, institute: Institute, role: Role) -> None:
    with institute_context(institute.id):
        Membership.objects.get_or_create(user=user, institute=institute, role=role, defaults={"starts_on": STARTED_ON})
