"""Institutes and people for tests."""

import itertools

from django.utils.text import slugify

from crm.base.context import institute_context
from crm.identity.models import Institute, Membership, User
from crm.identity.roles import Role

_numbers = itertools.count(1)


def make_institute(code: str, name: str = "", short_name: str = "") -> Institute:
    name = name or f"{code.upper()} Institute of Technology"
    institute, _ = Institute.objects.get_or_create(code=code, defaults={"name": name, "short_name": short_name or name})
    return institute


def make_yhiot() -> Institute:
    return make_institute("yhiot", "Yorkshire & Humber Institute of Technology", "Yorkshire & Humber IoT")


def make_liot() -> Institute:
    return make_institute("liot", "Lincolnshire Institute of Technology", "Lincolnshire IoT")


def make_user(name: str = "Sam Field", email: str = "") -> User:
    return User.objects.create_user(email=email or f"{slugify(name)[:40]}-{next(_numbers)}@staff.example", name=name)


def give_role(user: User, institute: Institute, role: Role) -> Membership:
    with institute_context(institute.id):
        return Membership.objects.create(user=user, role=role)
