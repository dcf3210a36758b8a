"""Signing in by a college's own sign-in, against a real OpenID provider in a process of its own."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from crm.accounts.models import SecondFactorChange
from crm.accounts.single_sign_on import client as protocol
from crm.base.context import institute_context
from crm.identity.models import User
from crm.identity.roles import Role
from tests.accounts.sign_in_steps import LOGIN, signed_in
from tests.factories.identity import give_role, make_user
from tests.factories.second_factors import code_of, give_app
from tests.signing_in import sign_in

BEGIN = "/accounts/single-sign-on/leeds/"
ANSWER = "/accounts/single-sign-on/leeds/answer/"
EMAIL = "rosa@leedscollege.example"
GOOD = {"email": EMAIL, "email_verified": True, "name": "Rosa Klein"}


@pytest.fixture(autouse=True)
def leeds(db, issuer, settings):
    """One college's provider, as the settings describe it; the dict can be changed by a test."""
    leeds = {
        "name": "Leeds College",
        "issuer": issuer,
        "client_id": "anchorpoint",
        "client_secret": "secret",
        "domains": frozenset({"leedscollege.example"}),
        "second_factor": frozenset(),
    }
    settings.SINGLE_SIGN_ON = {"leeds": leeds}
    return leeds


@pytest.fixture
def rosa(yhiot):
    user = make_user("Rosa Klein", EMAIL)
    give_role(user, yhiot, Role.AUDITOR)
    return user


def begin(client, next_url=""):
    return client.get(BEGIN, {"next": next_url} if next_url else {}, headers={"Sec-Fetch-Site": "same-origin"})


def at_the_college(issuer, url, claims, sub="subject-1"):
    """Sign in there as somebody the provider says `claims` of; the address it sends the browser back to."""
    assert requests.put(f"{issuer}/users/{sub}", json=claims, timeout=5).status_code == 204
    back = requests.post(url, data={"sub": sub}, allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def come_in(issuer, claims=GOOD, sub="subject-1", next_url="", client=None):
    """The whole way; the client and the final answer."""
    client = client or Client()
    answer = client.get(at_the_college(issuer, begin(client, next_url).url, claims, sub))
    return client, answer


def sentence(client):
    return client.get(LOGIN).content.decode()


class TestTheWayIn:
    def test_a_known_person_comes_in_and_goes_on_to_the_page_they_wanted(self, issuer, rosa):
        client, answer = come_in(issuer, next_url="/i/yhiot/employers/")
        assert answer.url == "/i/yhiot/employers/"
        assert client.session["_auth_user_id"] == str(rosa.id)

    def test_the_first_time_binds_the_account_and_tells_its_owner(self, issuer, rosa, yhiot, mailoutbox):
        come_in(issuer)
        bound = SocialAccount.objects.get()
        assert (bound.user, bound.provider, bound.uid, bound.extra_data) == (rosa, issuer, "subject-1", {})
        assert [m.to for m in mailoutbox] == [[EMAIL]]
        with institute_context(yhiot.id):
            assert SecondFactorChange.objects.get().factor == "Sign-in by Leeds College"
        come_in(issuer)
        assert (SocialAccount.objects.count(), len(mailoutbox)) == (1, 1)

    def test_what_is_asked_of_the_provider_is_bound_to_this_browser(self, issuer, client):
        asked = parse_qs(urlsplit(begin(client).url).query)
        kept = client.session["single_sign_on"]
        assert asked["state"] == [kept["state"]] and asked["nonce"] == [kept["nonce"]]
        assert asked["code_challenge_method"] == ["S256"] and kept["verifier"] not in str(asked)
        assert asked["redirect_uri"] == ["http://testserver" + ANSWER]
        other = parse_qs(urlsplit(begin(Client()).url).query)
        assert not {asked[k][0] for k in ("state", "nonce", "code_challenge")} & {v[0] for v in other.values()}

    def test_the_registered_address_is_the_same_from_within_an_institute(self, client):
        answer = client.get(f"/i/yhiot{BEGIN}", headers={"Sec-Fetch-Site": "same-origin"})
        assert parse_qs(urlsplit(answer.url).query)["redirect_uri"] == ["http://testserver" + ANSWER]

    def test_the_button_is_there_only_when_it_is_configured(self, client, settings):
        assert "Sign in with Leeds College" in client.get(LOGIN).content.decode()
        settings.SINGLE_SIGN_ON = {}
        assert "Sign in with Leeds" not in client.get(LOGIN).content.decode()
        assert begin(client).status_code == 404

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {}, {"Referer": "https://evil.example/"}])
    def test_another_site_cannot_start_it(self, client, headers):
        assert client.get(BEGIN, headers=headers).url == LOGIN
        assert "single_sign_on" not in client.session

    def test_somebody_signed_in_already_stays_who_they_are(self, issuer, rosa):
        client = Client()
        sign_in(client, other := make_user())
        assert begin(client).url == "/"
        assert client.session["_auth_user_id"] == str(other.id)


class TestTheSecondFactor:
    def test_ones_own_factor_is_still_asked_for(self, issuer, rosa):
        app = give_app(rosa)
        client, answer = come_in(issuer, {**GOOD, "amr": ["pwd", "mfa"]})
        assert answer.url == "/accounts/login/second-factor/"
        assert not signed_in(client)
        assert client.post(answer.url, {"code": code_of(app)}).url == "/"

    @pytest.mark.parametrize(
        ("claims", "counts"),
        [
            ({"amr": ["pwd", "mfa"]}, True),
            ({"acr": "mfa"}, True),
            ({"amr": ["pwd"]}, False),
            ({}, False),
            ({"amr": 7}, False),
        ],
    )
    def test_the_colleges_factor_counts_where_the_settings_say_so(self, issuer, yhiot, leeds, rosa, claims, counts):
        give_role(rosa, yhiot, Role.FINANCE_OFFICER)
        leeds["second_factor"] = frozenset({"mfa"})
        client, _ = come_in(issuer, GOOD | claims)
        assert (client.get("/i/yhiot/").status_code == 200) is counts

    def test_it_counts_for_nothing_where_they_do_not(self, issuer, yhiot, rosa):
        give_role(rosa, yhiot, Role.FINANCE_OFFICER)
        client, _ = come_in(issuer, {**GOOD, "amr": ["mfa"]})
        assert client.get("/i/yhiot/").url == "/i/yhiot/accounts/second-factor/"


REFUSED = {
    "wrong issuer": ({"iss": "https://login.example/other-tenant"}, protocol.AGAIN),
    "wrong audience": ({"aud": "another-site"}, protocol.AGAIN),
    "several audiences": ({"aud": ["anchorpoint", "another-site"], "azp": "another-site"}, protocol.AGAIN),
    "expired": ({"exp": 1_700_000_000}, protocol.AGAIN),
    "not yet": ({"iat": 4_000_000_000}, protocol.AGAIN),
    "wrong nonce": ({"nonce": "of-another-try"}, protocol.AGAIN),
    "unverified address": ({"email_verified": False}, "did not say that your e-mail address is yours"),
    "nothing said of it": ({"email_verified": None}, "did not say that your e-mail address is yours"),
    "a word for yes": ({"email_verified": "true"}, "did not say that your e-mail address is yours"),
    "no address": ({"email": ""}, "did not say that your e-mail address is yours"),
    "other domain": ({"email": "rosa@elsewhere.example"}, "does not speak for addresses like rosa@elsewhere.example"),
    "domain within": ({"email": "rosa@leedscollege.example.evil"}, "does not speak for addresses like"),
    "unknown person": ({"email": "nobody@leedscollege.example"}, "Nobody here is known by nobody@"),
}


class TestRefusals:
    @pytest.mark.parametrize(("claims", "said"), REFUSED.values(), ids=REFUSED)
    def test_it_is_refused_with_a_sentence_and_changes_nothing(self, issuer, rosa, claims, said, mailoutbox):
        users = User.objects.count()
        client, answer = come_in(issuer, GOOD | claims)
        assert answer.url == LOGIN
        assert said in sentence(client)
        assert not signed_in(client)
        assert (User.objects.count(), SocialAccount.objects.count(), mailoutbox) == (users, 0, [])

    def test_entra_says_by_its_own_claim_that_an_address_is_verified(self, issuer, rosa):
        client, _ = come_in(issuer, {"email": EMAIL, "xms_edov": True})
        assert signed_in(client)

    def test_who_gets_the_address_later_does_not_get_the_account(self, issuer, rosa):
        come_in(issuer)
        client, answer = come_in(issuer, sub="subject-2")
        assert answer.url == LOGIN and not signed_in(client)
        assert "belongs to another account of Leeds College" in sentence(client)

    def test_the_account_follows_the_person_when_their_address_changes(self, issuer, rosa):
        come_in(issuer)
        client, _ = come_in(issuer, {**GOOD, "email": "rosa.klein@leedscollege.example"})
        assert client.session["_auth_user_id"] == str(rosa.id)

    def test_an_account_that_was_closed_stays_closed(self, issuer, rosa):
        come_in(issuer)
        User.objects.filter(pk=rosa.pk).update(is_active=False)
        client, _ = come_in(issuer)
        assert "Nobody here is known by" in sentence(client)
        assert not signed_in(client)

    def test_somebody_without_a_role_is_unknown(self, issuer):
        make_user("Rosa Klein", EMAIL)
        client, _ = come_in(issuer)
        assert "Nobody here is known by" in sentence(client)

    def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(self, issuer, rosa):
        client, stranger = Client(), Client()
        back = at_the_college(issuer, begin(client).url, GOOD)
        begin(stranger)
        assert stranger.get(back).url == LOGIN and not signed_in(stranger)
        assert client.get(back).url == "/"
        client.post("/accounts/logout/")
        assert client.get(back).url == LOGIN and not signed_in(client)

    def test_an_answer_from_another_provider_is_refused(self, issuer, rosa, client):
        back = at_the_college(issuer, begin(client).url, GOOD)
        assert client.get(f"{back}&iss=https://login.example/other").url == LOGIN
        assert not signed_in(client)

    def test_a_code_is_worth_nothing_without_its_verifier(self, issuer, rosa, client):
        back = at_the_college(issuer, begin(client).url, GOOD)
        session = client.session
        session["single_sign_on"] = {**session["single_sign_on"], "verifier": "stolen-code-only"}
        session.save()
        assert client.get(back).url == LOGIN and not signed_in(client)

    def test_somebody_who_turns_back_at_the_college_is_told_how_to_go_on(self, client):
        begin(client)
        state = client.session["single_sign_on"]["state"]
        assert client.get(ANSWER, {"error": "access_denied", "state": state}).url == LOGIN
        assert "did not sign you in" in sentence(client)

    def test_a_provider_that_is_down_is_named(self, client, leeds):
        leeds["issuer"] = "http://127.0.0.1:9"
        assert begin(client).url == LOGIN
        assert "Leeds College does not answer" in sentence(client)

    def test_a_provider_that_calls_itself_something_else_is_refused(self, client, leeds):
        leeds["issuer"] += "/misnamed"
        assert begin(client).url == LOGIN
        assert protocol.AGAIN in sentence(client)

    def test_starts_of_one_machine_are_limited(self, client, settings):
        settings.ACCOUNT_RATE_LIMITS = {"single_sign_on": "2/m/ip"}
        assert [begin(client).url == LOGIN for _ in range(3)] == [False, False, True]

    @pytest.mark.parametrize(
        "query", ["", "?state=", "?state=x&code=y", "?code=y", "?state=%00&code=%00", "?state=%C3%A9", "?iss=7"]
    )
    def test_an_answer_to_nothing_is_refused(self, client, query):
        assert client.get(ANSWER + query).url == LOGIN
        begin(client)
        assert client.get(ANSWER + query).url == LOGIN
