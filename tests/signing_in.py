"""Signed-in clients without the way through the sign-in pages."""

import time

from allauth.account.internal.flows import login
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

from crm.identity.models import User


def sign_in(client: Client, user: User, *, factor: str = "demo", ago: float = 0) -> None:
    """Sign in with both factors, as a link of the demo does; factor="" leaves the second one out.

    `ago` says how many seconds back the person proved themselves. As `Client.force_login` does, but a new session is
    written once in place of three times: hundreds of tests begin here.
    """
    request = HttpRequest()
    request.session = client.session if settings.SESSION_COOKIE_NAME in client.cookies else _session_of(user)
    auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    proof = {"method": "mfa", "type": factor} if factor else {"method": "code"}
    request.session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{**proof, "at": time.time() - ago}]
    request.session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key


def _session_of(user: User) -> SessionStore:
    """A new session that is theirs already, so that signing in does not write it first to give it another key."""
    session = SessionStore()
    session[auth.SESSION_KEY] = str(user.pk)
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    return session
