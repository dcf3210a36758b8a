"""A real OpenID provider for tests, in a process of its own: `python openid_provider.py PORT`.

oidc-provider-mock issues signed tokens; it does not know PKCE, so that part is checked here, in front of it. Who signs
in is said by the form field `sub`; what the token then says of them is set by PUT /users/<sub>, and stands above the
provider's own claims, so a test can have it say anything.
"""

import base64
import hashlib
import io
import logging
import os
import sys
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import oidc_provider_mock

challenges = {}


class WithPkce:
    """Remembers the challenge that each code was asked for with, and wants its verifier when the code is used."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/misnamed")  # there it is found under a wrong name
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        if environ["PATH_INFO"] == "/oauth2/token" and not self.knows_verifier(environ):
            start_response("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant"}']

        def remember(status, headers, *rest):
            location = dict(headers).get("Location", "")
            for code in parse_qs(urlsplit(location).query).get("code", []):
                challenges[code] = asked.get("code_challenge", [""])[0]
            return start_response(status, headers, *rest)

        return self.app(environ, remember)

    def knows_verifier(self, environ):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        form = parse_qs(body.decode())
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return challenges.get(form.get("code", [""])[0]) == expected


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    logging.disable()
    make_server("127.0.0.1", int(sys.argv[1]), WithPkce(oidc_provider_mock.app()), handler_class=Silent).serve_forever()
