"""Talking to an OpenID provider: where to send a person, and what its signed answer says.

OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636) and the issuer in the answer (RFC 9207). Every token's
signature is checked against the provider's published keys, though it came straight from the provider: a proxy or a
wrong address in the settings must not be able to sign people in.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests

from crm.accounts.single_sign_on.provider import Provider, Refused
from crm.base.clock import now

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
TIMEOUT = (3, 5)  # seconds to connect, seconds between bytes
LARGEST = 256 * 1024
GOOD_FOR_SECONDS = 10 * 60
CLOCKS_DIFFER_SECONDS = 60

AGAIN = "That sign-in did not work. Start it again from here, or ask for a code by mail."
AWAY = "{name} does not answer at the moment. Ask for a code by mail instead."


@dataclass(frozen=True)
class Attempt:
    """One try at signing in, kept in the session from the start to the answer, which it is good for once."""

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    began: float

    @classmethod
    def begin(cls, provider: Provider, next_url: str) -> "Attempt":
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(provider.key, state, nonce, verifier, next_url, now().timestamp())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def answers(self, provider: Provider, state: str) -> bool:
        """Whether an answer with that state belongs to this try, and in time."""
        fresh = now().timestamp() - self.began < GOOD_FOR_SECONDS
        return self.provider == provider.key and secrets.compare_digest(self.state.encode(), state.encode()) and fresh


def sign_in_url(provider: Provider, attempt: Attempt, callback: str) -> str:
    """Where the person goes. Raises Refused when the provider does not answer or is not who the settings say."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": provider.client_id,
        "redirect_uri": callback,
        "response_type": "code",
        "response_mode": "query",
        "scope": "openid email profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{_discovered(provider)['authorization_endpoint']}?{urlencode(query)}"


def claims_of(provider: Provider, attempt: Attempt, code: str, callback: str) -> dict[str, Any]:
    """What the provider says about the person, for the code it gave them. Raises Refused for anything not in order."""
    config = _discovered(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "code_verifier": attempt.verifier,
    }
    answer = _asked(provider, "POST", config["token_endpoint"], data=form)
    keys = _asked(provider, "GET", config["jwks_uri"])
    return verified(provider, str(answer.get("id_token", "")), keys, nonce=attempt.nonce)


def verified(provider: Provider, token: str, keys: dict[str, Any], *, nonce: str) -> dict[str, Any]:
    """The claims of a token that this provider signed for this site and this try, just now. Raises Refused."""
    try:
        claims = jwt.decode(
            token,
            key=_key_for(token, keys),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=CLOCKS_DIFFER_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise Refused(AGAIN, reason=f"token: {type(error).__name__}") from None
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Refused(AGAIN, reason="token: nonce")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != provider.client_id:
        raise Refused(AGAIN, reason="token: several audiences")
    return claims


def _key_for(token: str, keys: dict[str, Any]) -> Any:
    kid = jwt.get_unverified_header(token).get("kid")
    known = jwt.PyJWKSet.from_dict(keys).keys
    found = [key for key in known if key.key_id == kid] if kid else known
    if len(found) != 1:
        raise KeyError("kid")
    return found[0]


def _discovered(provider: Provider) -> dict[str, Any]:
    """The provider's own description. Asked each time: keys and addresses change, and people sign in rarely."""
    config = _asked(provider, "GET", f"{provider.issuer}/.well-known/openid-configuration")
    if config.get("issuer", "").rstrip("/") != provider.issuer:
        raise Refused(AGAIN, reason="discovery: issuer")
    secure = urlsplit(provider.issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(config.get(name, ""))).scheme != secure:
            raise Refused(AGAIN, reason=f"discovery: {name}")
    return config


def _asked(provider: Provider, method: str, url: str, **more: Any) -> dict[str, Any]:
    """The JSON object behind an address: no redirect is followed, nothing long is read."""
    try:
        with requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **more) as answer:
            body = answer.raw.read(LARGEST + 1, decode_content=True)
            if answer.status_code == 200 and len(body) <= LARGEST and isinstance(found := json.loads(body), dict):
                return found
            reason = f"answer: {answer.status_code}"
    except (requests.RequestException, OSError, ValueError) as error:
        raise Refused(AWAY.format(name=provider.name), reason=f"answer: {type(error).__name__}") from None
    raise Refused(AGAIN, reason=reason)
