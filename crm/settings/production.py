"""Settings for a server. Everything that differs between servers comes from the environment; nothing is guessed."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from crm.settings.env import read, read_count, read_list

for _name, _hint in {
    "DATABASE_URL": "Set it to the application's role, for example postgresql://anchorpoint_app:...@db/anchorpoint.",
    "REDIS_URL": "Set it to a Redis or Valkey, for example redis://redis:6379/0.",
    "EMAIL_URL": "Set it to the mail server, for example smtp://user:password@smtp.example.ac.uk/?starttls=1.",
    "SITE_URL": "Set it to the address people type, for example https://crm.example.ac.uk.",
}.items():
    read(_name, hint=_hint)

from crm.settings.base import *  # noqa: E402

# Only `migrate`, `backup` and `restore` need the owner's address: what serves visitors had better not hold it.
if not read("DATABASE_OWNER_URL", default=""):
    del DATABASES["owner"]

_NEW_KEY = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
SECRET_KEY = read("SECRET_KEY", hint=_NEW_KEY)
LEARNER_HASH_KEY = read("LEARNER_HASH_KEY", hint=f"{_NEW_KEY} and keep it: losing it ends matching of learners.")
SECOND_FACTOR_KEYS = read_list("SECOND_FACTOR_KEY")  # the first encrypts, all decrypt
if not SECOND_FACTOR_KEYS or any(len(key) < 32 for key in SECOND_FACTOR_KEYS):
    read("SECOND_FACTOR_KEY", hint=f"{_NEW_KEY} and keep it: without it people must set up their second factor again.")
    raise ImproperlyConfigured(f"SECOND_FACTOR_KEY is too short. {_NEW_KEY}")

_site = urlsplit(SITE_URL)
if _site.scheme != "https" or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}. Set it to an address that begins with https://.")
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS", default=(_site.hostname or "",))
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

# TLS ends at a proxy that overwrites X-Forwarded-Proto; how many stand in line says which address in X-Forwarded-For is
# the visitor's. Set BEHIND_PROXY=0 where there is none: a visitor could write those headers.
_proxies = read_count("BEHIND_PROXY", default=1)
if _proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = _proxies
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"

LOGGING = logging_settings("json", requests="INFO")
