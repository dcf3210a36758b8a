"""What a college's sign-in must be set to, and which tokens are nobody's."""

import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import RSAAlgorithm

from crm.accounts.single_sign_on import client as protocol
from crm.accounts.single_sign_on.provider import Provider, Refused
from crm.settings.single_sign_on import read_providers

ISSUER = "https://login.example/tenant"
LEEDS = Provider("leeds", "Leeds College", ISSUER, "anchorpoint", "secret", frozenset(), frozenset())


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


class TestSignatures:
    @pytest.fixture
    def keys(self, key):
        return {"keys": [RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "one", "alg": "RS256"}]}

    @pytest.fixture
    def good(self):
        moment = int(time.time())
        return {"iss": ISSUER, "sub": "1", "aud": "anchorpoint", "iat": moment, "exp": moment + 60, "nonce": "n"}

    def test_a_token_that_it_signed_is_read(self, good, key, keys):
        token = jwt.encode(good, key, "RS256", headers={"kid": "one"})
        assert protocol.verified(LEEDS, token, keys, nonce="n")["sub"] == "1"

    @pytest.mark.parametrize("gone", ["iss", "sub", "aud", "exp", "iat", "nonce"])
    def test_a_token_that_leaves_something_out_is_refused(self, good, key, keys, gone):
        del good[gone]
        token = jwt.encode(good, key, "RS256", headers={"kid": "one"})
        with pytest.raises(Refused):
            protocol.verified(LEEDS, token, keys, nonce="n")

    @pytest.mark.parametrize("how", ["another key", "no signature", "the secret", "the public key as a secret"])
    def test_a_token_that_the_provider_did_not_sign_is_refused(self, good, keys, how):
        kid = {"kid": "one"}
        if how == "another key":
            token = jwt.encode(good, rsa.generate_private_key(65537, 2048), "RS256", headers=kid)
        elif how == "no signature":
            token = jwt.encode(good, None, "none", headers=kid)
        else:
            secret = "secret" * 8 if how == "the secret" else keys["keys"][0]["n"]
            token = jwt.encode(good, secret, "HS256", headers=kid)
        with pytest.raises(Refused):
            protocol.verified(LEEDS, token, keys, nonce="n")

    @pytest.mark.parametrize("token", ["", "a.b.c", "e30.e30.", "\x00"])
    def test_rubbish_is_refused(self, keys, token):
        with pytest.raises(Refused):
            protocol.verified(LEEDS, token, keys, nonce="n")


class TestSettings:
    @pytest.fixture
    def environment(self, monkeypatch):
        facts = {
            "": "leeds",
            "_LEEDS_NAME": "Leeds College",
            "_LEEDS_ISSUER": "https://login.microsoftonline.com/0f0f/v2.0",
            "_LEEDS_CLIENT_ID": "id",
            "_LEEDS_CLIENT_SECRET": "secret",
            "_LEEDS_DOMAINS": "LeedsCollege.example, @staff.leedscollege.example",
        }
        for name, value in facts.items():
            monkeypatch.setenv(f"SINGLE_SIGN_ON{name}", value)
        return lambda name, value: monkeypatch.setenv(f"SINGLE_SIGN_ON{name}", value)

    def test_a_provider_is_read_from_the_environment(self, environment):
        leeds = read_providers()["leeds"]
        assert leeds["domains"] == {"leedscollege.example", "staff.leedscollege.example"}
        assert leeds["second_factor"] == frozenset()

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("_LEEDS_ISSUER", "https://login.microsoftonline.com/common/v2.0", "Use the college's own tenant id"),
            ("_LEEDS_ISSUER", "http://login.example/", "must begin with https://"),
            ("_LEEDS_ISSUER", "", "_LEEDS_ISSUER is not set"),
            ("_LEEDS_CLIENT_SECRET", "", "_LEEDS_CLIENT_SECRET is not set"),
            ("_LEEDS_DOMAINS", " , ", "_LEEDS_DOMAINS is not set"),
            ("", "Leeds!", "Use short words of small letters"),
        ],
    )
    def test_a_wrong_value_says_what_to_set(self, environment, name, value, said):
        environment(name, value)
        with pytest.raises(ImproperlyConfigured, match=said):
            read_providers()
