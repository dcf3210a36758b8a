"""Setting up, using, removing and resetting second factors."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.test import Client

from crm.accounts.demo_links import sign_in_links
from crm.accounts.models import FactorLock, SecondFactorChange
from crm.audit.models import AuditEntry
from crm.base.context import NETWORK_ID, institute_context
from crm.identity.roles import Role
from crm.mail.models import Message
from tests.accounts.sign_in_steps import CODE, LOGIN, ask, code_in, signed_in
from tests.factories.identity import give_role, make_user
from tests.factories.second_factors import code_of, give_app, recovery_codes_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("quick_answers")

FACTORS = "/accounts/second-factor/"
STEP = "/accounts/login/second-factor/"


@pytest.fixture
def browser(user):
    client = Client()
    sign_in(client, user)
    return client


def changes(institute_id=NETWORK_ID):
    with institute_context(institute_id):
        return [(c.kind, c.factor) for c in SecondFactorChange.objects.order_by("happened_at")]


def secret_on(page):
    return re.search(r"<code>([A-Z2-7 ]+)</code>", page.content.decode())[1].replace(" ", "")


def first_step(client, mailoutbox):
    ask(client)
    return client.post(CODE, {"code": code_in(mailoutbox[-1])})


class TestSettingUp:
    def test_an_app_is_added_with_the_code_it_shows(self, browser, user, mailoutbox):
        secret = secret_on(browser.get(f"{FACTORS}app/"))
        assert secret_on(browser.get(f"{FACTORS}app/")) == secret
        done = browser.post(f"{FACTORS}app/", {"code": code_of(secret)})
        assert done.url == f"{FACTORS}codes/"
        assert {f.type for f in Authenticator.objects.filter(user=user)} == {"totp", "recovery_codes"}
        assert changes() == [("added", "Authenticator app")]
        [mail] = mailoutbox
        assert (mail.to, "Authenticator app was added" in mail.body) == ([user.email], True)

    def test_a_wrong_first_code_adds_nothing(self, browser, user):
        browser.get(f"{FACTORS}app/")
        assert browser.post(f"{FACTORS}app/", {"code": "000000"}).status_code == 422
        assert not Authenticator.objects.exists()

    def test_a_second_app_is_refused(self, browser, user):
        give_app(user)
        secret = secret_on(browser.get(f"{FACTORS}app/"))
        page = browser.post(f"{FACTORS}app/", {"code": code_of(secret)})
        assert (page.status_code, "Remove it first" in page.content.decode()) == (422, True)

    def test_secrets_are_stored_encrypted(self, browser, user):
        secret = secret_on(browser.get(f"{FACTORS}app/"))
        assert secret not in str(dict(browser.session.items()))
        browser.post(f"{FACTORS}app/", {"code": code_of(secret)})
        kept = Authenticator.objects.get(user=user, type="totp").data["secret"]
        assert secret not in kept and decrypt(kept) == secret
        codes = Authenticator.objects.get(user=user, type="recovery_codes")
        assert "seed" in codes.data and len(decrypt(codes.data["seed"])) == 80 != len(codes.data["seed"])

    def test_recovery_codes_are_shown_once(self, browser, user):
        give_app(user)
        page = browser.get(f"{FACTORS}codes/").content.decode()
        assert len(re.findall(r"<code>\d{4} \d{4}</code>", page)) == 10
        again = browser.get(f"{FACTORS}codes/").content.decode()
        assert "<code>" not in again and "10 of ten are left" in again

    def test_new_recovery_codes_end_the_old_ones(self, browser, user, mailoutbox):
        give_app(user)
        old = recovery_codes_of(user)
        assert browser.post(f"{FACTORS}codes/").url == f"{FACTORS}codes/"
        assert not set(old) & set(recovery_codes_of(user))
        assert changes() == [("codes_made", "")]
        assert mailoutbox[0].subject == "New recovery codes"

    def test_a_factor_is_removed_and_its_codes_with_it(self, browser, user, mailoutbox):
        app = give_app(user)
        browser.post(f"{FACTORS}{app.pk}/remove/")
        assert not Authenticator.objects.exists()
        assert changes() == [("removed", "Authenticator app")]
        assert "was removed" in mailoutbox[0].body

    def test_nobody_removes_the_factor_of_another(self, browser, user):
        app = give_app(make_user())
        assert browser.post(f"{FACTORS}{app.pk}/remove/").status_code == 404
        assert Authenticator.objects.filter(pk=app.pk).exists()

    def test_the_last_factor_stays_where_the_role_needs_one(self, client_for, people, yhiot):
        officer = people.finance_officer
        app = give_app(officer)
        page = client_for(officer).post(f"{FACTORS}{app.pk}/remove/", follow=True)
        assert "Add another one before you remove this" in page.content.decode()
        assert Authenticator.objects.filter(pk=app.pk).exists()

    def test_the_change_is_in_the_audit_of_each_institute_of_the_person(self, people, yhiot, liot, client_for):
        auditor = people.auditor
        give_role(auditor, liot, Role.AUDITOR)
        app = give_app(auditor)
        client_for(auditor).post(f"{FACTORS}{app.pk}/remove/")
        for institute in (yhiot, liot):
            assert changes(institute.id) == [("removed", "Authenticator app")]
            with institute_context(institute.id):
                entry = AuditEntry.objects.get(table_name=SecondFactorChange._meta.db_table)
                assert entry.actor_id == auditor.id
        assert changes() == []

    @pytest.mark.parametrize("path", ["app/", "passkey/", "codes/", "1/remove/"])
    def test_changing_anything_needs_a_recent_proof(self, user, path):
        client = Client()
        sign_in(client, user, factor="", ago=601)
        answer = client.post(FACTORS + path)
        assert answer.url.startswith(f"{FACTORS}confirm/?next=")
        assert client.get(FACTORS).status_code == 200

    def test_a_session_from_before_the_factor_changes_nothing_without_it(self, user):
        """Whoever read the mailbox then must not add a factor of their own now."""
        client = Client()
        sign_in(client, user, factor="")
        assert client.get(f"{FACTORS}app/").status_code == 200
        app = give_app(user)
        assert client.post(f"{FACTORS}{app.pk}/remove/").url.startswith(f"{FACTORS}confirm/")
        assert client.get(f"{FACTORS}passkey/").status_code == 302
        assert Authenticator.objects.filter(pk=app.pk).exists()

    def test_the_mail_about_a_change_is_stored_mail(self, browser, user, settings):
        settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
        app = give_app(user)
        browser.post(f"{FACTORS}{app.pk}/remove/")
        with institute_context(NETWORK_ID):
            assert Message.objects.get().occurrence.rule == "accounts.second_factor"


class TestConfirming:
    @pytest.fixture
    def stale(self, user):
        client = Client()
        sign_in(client, user, ago=601)
        return client

    def test_a_code_of_the_app_is_a_proof(self, stale, user):
        app = give_app(user)
        answer = stale.post(f"{FACTORS}confirm/?next={FACTORS}codes/", {"code": code_of(app)})
        assert answer.url == f"{FACTORS}codes/"
        assert stale.post(f"{FACTORS}codes/").url == f"{FACTORS}codes/"

    def test_a_wrong_code_is_none(self, stale, user):
        give_app(user)
        assert stale.post(f"{FACTORS}confirm/", {"code": "000000"}).status_code == 422
        assert stale.get(f"{FACTORS}app/").status_code == 302
        assert FactorLock.objects.get().wrong == 1

    def test_the_way_on_stays_on_this_site(self, stale, user):
        app = give_app(user)
        assert stale.post(f"{FACTORS}confirm/?next=https://evil.example/", {"code": code_of(app)}).url == FACTORS

    def test_without_a_factor_one_signs_in_again(self, stale, user):
        assert "Sign in again" in stale.get(f"{FACTORS}confirm/").content.decode()
        assert stale.post(f"{FACTORS}again/", {"next": f"{FACTORS}app/"}).url.startswith(LOGIN)
        assert not signed_in(stale)


def from_link(client):
    [(_, _, url)] = sign_in_links("http://testserver")
    client.post(url)


class TestSigningIn:
    def test_the_mailed_code_alone_signs_nobody_in_who_has_an_app(self, client, user, mailoutbox):
        give_app(user)
        assert first_step(client, mailoutbox).url == STEP
        assert not signed_in(client)
        assert client.get("/accounts/").url.startswith(LOGIN)

    def test_the_apps_code_completes_it(self, client, user, mailoutbox):
        app = give_app(user)
        first_step(client, mailoutbox)
        before = client.session.session_key
        assert client.post(STEP, {"code": code_of(app)}).url == "/"
        assert signed_in(client) and client.session.session_key != before

    def test_a_code_works_once_even_within_its_half_minute(self, client, user, mailoutbox):
        app = give_app(user)
        code = code_of(app)
        first_step(client, mailoutbox)
        client.post(STEP, {"code": code})
        other = Client()
        first_step(other, mailoutbox)
        assert other.post(STEP, {"code": code}).status_code == 422
        assert not signed_in(other)

    @pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (1, True), (2, False)])
    def test_a_clock_may_be_half_a_minute_off(self, client, user, mailoutbox, steps, accepted):
        app = give_app(user)
        first_step(client, mailoutbox)
        code = format_hotp_value(hotp_value(decrypt(app.data["secret"]), int(time.time()) // 30 + steps))
        client.post(STEP, {"code": code})
        assert signed_in(client) is accepted

    def test_a_recovery_code_works_once(self, client, user, mailoutbox):
        give_app(user)
        code = recovery_codes_of(user)[3]
        first_step(client, mailoutbox)
        assert client.post(STEP, {"code": f"{code[:4]} {code[4:]}"}).url == "/"
        other = Client()
        first_step(other, mailoutbox)
        assert other.post(STEP, {"code": code}).status_code == 422

    def test_the_second_step_cannot_be_reached_without_the_first(self, client, user):
        app = give_app(user)
        assert client.get(STEP).url == LOGIN
        assert client.post(STEP, {"code": code_of(app)}).url == LOGIN
        assert not signed_in(client)

    def test_a_demo_link_counts_as_both_factors(self, people, client):
        officer = people.finance_officer
        give_app(officer)
        from_link(client)
        assert signed_in(client)
        assert client.get("/i/yhiot/").status_code == 200

    def test_a_key_that_was_lost_refuses_instead_of_crashing(self, client, user, mailoutbox, settings, caplog):
        app = give_app(user)
        code = code_of(app)
        first_step(client, mailoutbox)
        settings.SECOND_FACTOR_KEYS = ["another-key"]
        assert client.post(STEP, {"code": code}).status_code == 422
        assert "SECOND_FACTOR_KEY" in caplog.text

    def test_a_new_key_before_the_old_one_keeps_what_there_is(self, client, user, mailoutbox, settings):
        app = give_app(user)
        settings.SECOND_FACTOR_KEYS = ["the-new-key", *settings.SECOND_FACTOR_KEYS]
        code = code_of(app)
        first_step(client, mailoutbox)
        assert client.post(STEP, {"code": code}).url == "/"
