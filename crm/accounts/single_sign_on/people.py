"""Whose account it is that a college's sign-in speaks of."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from crm.accounts.second_factor import mails
from crm.accounts.second_factor.changes import memberships_of, note
from crm.accounts.second_factor.models import SecondFactorChange
from crm.accounts.single_sign_on.claims import address_of
from crm.accounts.single_sign_on.provider import Provider, Refused
from crm.identity.models import User

UNKNOWN = "Nobody here is known by {email}. Ask an administrator of your institute to invite you under that address."


@transaction.atomic
def person_of(provider: Provider, claims: dict[str, Any]) -> User:
    """The account that the claims belong to, bound at its first sign-in to the provider's own id for the person.

    From then on that id alone counts: whoever gets the address later does not get the account. Raises Refused for an
    address that is unverified or of a domain the provider does not speak for, for nobody we know, and for an account
    that is bound to somebody else there. Nobody signs up this way.
    """
    email = address_of(provider, claims)
    bound = SocialAccount.objects.filter(provider=provider.issuer, uid=claims["sub"]).select_related("user").first()
    user = bound.user if bound else User.objects.filter(email=email).first()
    if user is None or not user.is_active or user.is_service or not memberships_of(user):
        raise Refused(UNKNOWN.format(email=email), reason="person: unknown")
    if bound is None:
        _bind(user, provider, claims["sub"])
    return user


def _bind(user: User, provider: Provider, subject: str) -> None:
    User.objects.select_for_update().get(pk=user.pk)
    if SocialAccount.objects.filter(provider=provider.issuer, user=user).exists():
        sentence = (
            f"Your account here belongs to another account of {provider.name}. If it is yours, ask an administrator of "
            "your institute to reset how you sign in."
        )
        raise Refused(sentence, reason="person: bound to another subject")
    SocialAccount.objects.create(user=user, provider=provider.issuer, uid=subject)
    note(user, SecondFactorChange.Kind.ADDED, factor=f"Sign-in by {provider.name}"[:40])
    what = f"From now on you can sign in to Anchorpoint with your account of {provider.name}."
    mails.tell(user, f"You can sign in with {provider.name}", what=what)
