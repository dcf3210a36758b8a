"""Settings common to every environment. Environments differ in dev.py, test.py and production.py."""

import os
from pathlib import Path

import dj_database_url

from crm.settings.health import *
from crm.settings.logs import logging_settings
from crm.settings.single_sign_on import read_providers

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DEBUG = False
DEMO = False  # one-time sign-in links and illustrative data; never in production
ALLOWED_HOSTS: list[str] = []
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "workers",
    "events",
    "sponsorships",
    "employers",
    "crm",
    "crm.network",
    "crm.web",
    "crm.imports",
    "crm.accounts",
    "crm.mail",
    "crm.outbox",
    "crm.audit",
    "crm.core",
    "crm.identity",
    "crm.base",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "heroicons",
    "drf_spectacular",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "crm.core.health.probes.HealthMiddleware",
    "crm.base.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "crm.core.institute_path.InstitutePathMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm.accounts.last_seen.LastSeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # The API's three: who asks, was it asked before; then as for a page.
    "crm.accounts.api_access.ApiAccessMiddleware",
    "crm.core.api.idempotency.IdempotencyMiddleware",
    # One transaction around the whole response, in the institute of the path.
    "crm.core.institute_transaction.InstituteTransactionMiddleware",
    # Inside it, because it has to know the person's roles.
    "crm.accounts.second_factor.gate.SecondFactorGate",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.core.context_processors.shell",
            ],
            # Set by hand: the automatic set-up of template-partials and of other packages undo one another.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            # The components, so that no page loads anything to show an amount or a card.
            "builtins": [
                "template_partials.templatetags.partials",
                "crm.web.templatetags.text",
                "crm.web.templatetags.ui",
                "crm.web.templatetags.form_parts",
            ],
        },
    }
]

# A page gives up rather than hang: two seconds to connect, five for a lock, fifteen for a statement. Compiling a plan
# or starting processes to help takes longer than its query: never the one, the other only to read a million rows.
_OPTIONS = "-c lock_timeout=5000 -c statement_timeout=15000 -c jit=off -c parallel_setup_cost=20000"
# Two roles on one database: the application owns nothing and row security binds it; the owner migrates and backs up.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgres:///anchorpoint"), conn_max_age=600, conn_health_checks=True
    ),
    "owner": dj_database_url.parse(os.environ.get("DATABASE_OWNER_URL", "postgres:///anchorpoint"), conn_max_age=0),
}
# Any threshold lets crm.base.kept_statements prepare its own; Django's cursors never do.
DATABASES["default"].setdefault("OPTIONS", {}).update(connect_timeout=2, options=_OPTIONS, prepare_threshold=5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in limits and the like live in PostgreSQL, so they survive a broker that is flushed.
# Django keeps 300 entries unless told otherwise and then drops a third: anybody could flush the limits by trying names.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "base_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 60 * 60  # absolute: a working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "crm.web.views.errors.csrf_failure"

# Nobody has a password: a code by e-mail, typed (never a link, which mail scanners open).
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}  # 1234-5678
ACCOUNT_RATE_LIMITS = {
    # With three tries per code: at most 36 guesses an hour at one address, of 100 million codes.
    "request_login_code": "20/m/ip,3/m/key,12/h/key",
    "confirm_login_code": "30/m/ip,3/10m/key",  # ours; the key is one mailed code
    "single_sign_on": "30/m/ip",  # ours
    "passkey": "20/m/ip",  # ours; wrong second factors are counted per person in accounts_factorlock
}
# No mail to strangers: nobody can make us write to an address by typing it into the sign-in page.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "crm.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
USERSESSIONS_TRACK_ACTIVITY = True

# The second factor. crm/identity/roles.py says who must have one.
MFA_ADAPTER = "crm.accounts.second_factor.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # half-minutes that the person's clock may be off; each is accepted once
MFA_RECOVERY_CODES_SHOW_ONCE = True

SINGLE_SIGN_ON = read_providers()  # colleges' own sign-in: see docs/operations.md

EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
EMAIL_URL = os.environ.get("EMAIL_URL", "smtp://127.0.0.1:1025")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Anchorpoint <no-reply@anchorpoint.example>")
EMAIL_TIMEOUT = 20  # seconds, each step of the SMTP conversation
DEMO_MAIL_DIR = None  # where the demo's own mail server keeps what it was given
# How long a worker may keep a message it has claimed. After that somebody else decides what became of it.
MAIL_LEASE_SECONDS = float(os.environ.get("MAIL_LEASE_SECONDS", "60"))
# Reminders go from 08:00 to 18:00 in London on working days. "0" lets them go at any hour.
MAIL_KEEPS_HOURS = os.environ.get("MAIL_KEEPS_HOURS", "1") != "0"

# So many reminders an address gets from one institute on one day; the rest waits for the next working day. 0: no limit.
MAIL_DAILY_CAP = int(os.environ.get("MAIL_DAILY_CAP", "10"))

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"  # shown; stored in UTC
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "crm.web.fonts.InterFinder",
    "crm.core.api.swagger.SwaggerFinder",
]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_SIZE = 51 * 1024 * 1024  # of a form with files; each page that takes one has a lower limit of its own

CELERY_BROKER_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A frozen broker must not hold a page: publishing gives up after a second or two; the rows are the truth.
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "visibility_timeout": 120,
    # Look for messages of dead workers each five seconds; kombu's own default is every hundred.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Workers serve the queues in turn, so a sign-in code does not wait behind the planning of every institute.
CELERY_TASK_ROUTES = {"workers.send_mail": {"queue": "mail"}, "workers.find_mail": {"queue": "mail"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 10_000  # not often: what is due while a process is replaced waits up to 4 s
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # KiB
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_DB_REUSE_MAX = 500
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "workers.schedule:Timetable"  # holds the beat table

# The API answers JSON and reads JSON; a session's cookie is nobody there. See crm/core/api.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.core.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": [],  # each operation names its own right
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm.core.api.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "crm.core.api.schema.ResourceSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "crm.core.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
API_REQUESTS_PER_MINUTE = int(os.environ.get("API_REQUESTS_PER_MINUTE", "600"))  # each token
SPECTACULAR_SETTINGS = {
    "TITLE": "Anchorpoint API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": "Everything that has a page, for other programs: the same actions, rights and refusals.",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "This server"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "crm.core.api.schema.name_refusals",
    ],
}

# Limits of the relay (see docs/architecture): a batch is a transaction with a savepoint per event.
OUTBOX_BATCH_SIZE = 100
OUTBOX_BATCH_MILLISECONDS = 250
OUTBOX_LEASE_SECONDS = 60
OUTBOX_MAX_ATTEMPTS = 8

# Folders of further fonts for PDF files, separated by colons: say, one with Noto Sans CJK where names are Chinese.
REPORT_FONT_DIRS = [folder for folder in os.environ.get("REPORT_FONT_DIRS", "").split(os.pathsep) if folder]

DISCLOSURE_THRESHOLD = 10  # smallest learner group a sponsor or the public is shown

LOGGING = logging_settings("plain")
