"""An administrator resets the second factor of somebody who has lost theirs."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from crm.accounts.models import FactorLock, SecondFactorChange
from crm.audit.models import AuditEntry
from crm.base.clock import now
from crm.base.context import institute_context
from crm.identity.roles import Role
from tests.accounts.sign_in_steps import LOGIN
from tests.factories.identity import give_role, make_user
from tests.factories.second_factors import give_app
from tests.signing_in import sign_in


@pytest.fixture
def page(client_for, people, yhiot):
    return client_for(people.institute_administrator, yhiot)


def path(user):
    return f"/i/yhiot/accounts/people/{user.id}/second-factor/reset/"


def test_an_administrator_resets_somebodys_factors_with_a_reason(page, people, yhiot, mailoutbox):
    officer = people.finance_officer
    give_app(officer)
    there = Client()
    sign_in(there, officer)
    there.get("/accounts/sessions/")
    assert page.post(path(officer), {"reason": "Lost her phone."}).status_code == 302
    assert not Authenticator.objects.exists()
    assert there.get("/accounts/sessions/").url.startswith(LOGIN)
    with institute_context(yhiot.id):
        change = SecondFactorChange.objects.get()
        assert (change.kind, change.reason, change.user) == ("reset", "Lost her phone.", officer)
        entry = AuditEntry.objects.get(table_name=SecondFactorChange._meta.db_table)
        assert entry.actor_id == people.institute_administrator.id
    assert [m.to for m in mailoutbox] == [[officer.email]]


def test_a_reason_is_needed(page, people):
    give_app(people.director)
    assert page.post(path(people.director), {"reason": " "}).status_code == 422
    assert Authenticator.objects.count() == 2


def test_nobody_resets_their_own(page, people):
    give_app(people.institute_administrator)
    answer = page.post(path(people.institute_administrator), {"reason": "Mine."})
    assert (answer.status_code, "Ask another administrator" in answer.content.decode()) == (422, True)
    assert Authenticator.objects.count() == 2


def test_it_lifts_a_lock(page, people):
    FactorLock.objects.create(user=people.director, locked_until=now())
    give_app(people.director)
    page.post(path(people.director), {"reason": "Locked out."})
    assert not FactorLock.objects.exists()


def test_somebody_without_a_role_here_is_not_found(page, people, liot):
    stranger = people.at(liot).director
    give_app(stranger)
    assert page.post(path(stranger), {"reason": "No."}).status_code == 404
    assert Authenticator.objects.count() == 2


def test_somebody_invited_who_has_not_come_yet_is_not_found(page, liot, people):
    """Else an administrator could invite anybody and then open their account."""
    victim = make_user("Rosa Klein", "rosa@college.example")
    give_role(victim, liot, Role.FINANCE_OFFICER)
    give_app(victim)
    page.post("/i/yhiot/accounts/people/invite/", {"name": "R", "email": victim.email, "role": "auditor"})
    assert page.post(path(victim), {"reason": "Mine now."}).status_code == 404
    assert Authenticator.objects.count() == 2
