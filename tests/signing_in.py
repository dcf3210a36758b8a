"""Signed-in clients without the way through the sign-in pages."""

import time

from allauth.account.internal.flows import login
from django.conf import settings
from django.test import Client

from crm.identity.models import User


def sign_in(client: Client, user: User, *, factor: str = "demo", ago: float = 0) -> None:
    """Sign in with both factors, as a link of the demo does; factor="" leaves the second one out.

    `ago` says how many seconds back the person proved themselves.
    """
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    proof = {"method": "mfa", "type": factor} if factor else {"method": "code"}
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{**proof, "at": time.time() - ago}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
