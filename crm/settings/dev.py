"""Settings for a single machine: the demo, and developers. Servers and keys live in DATA_DIR, made by `manage.py up`.

Any `manage.py` command in another terminal finds the running servers through the same directory. A variable in the
environment always wins.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from crm.embedded.endpoints import endpoints
from crm.embedded.errors import EmbeddedError
from crm.embedded.secret_files import read_or_create
from crm.settings.env import read, read_flag, read_list

CHECKOUT = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(read("DATA_DIR", default=str(CHECKOUT / ".data"))).expanduser().absolute()

try:
    _embedded = {name: url for name, url in endpoints(DATA_DIR, os.environ).items() if not os.environ.get(name)}
    SECRET_KEY = os.environ.get("SECRET_KEY") or read_or_create(DATA_DIR / "secret_key")
    LEARNER_HASH_KEY = os.environ.get("LEARNER_HASH_KEY") or read_or_create(DATA_DIR / "learner_hash_key")
    SECOND_FACTOR_KEYS = read_list("SECOND_FACTOR_KEY") or [read_or_create(DATA_DIR / "second_factor_key")]
except EmbeddedError as error:
    raise ImproperlyConfigured(str(error)) from None

os.environ.update(_embedded)  # for base, which reads the environment
from crm.settings.base import *  # noqa: E402

for _name in _embedded:
    del os.environ[_name]  # `up` starts a server of its own for each variable that was not given

DEMO = read_flag("DEMO", default=True)  # prints one-time sign-in links and loads illustrative data
DEBUG = read_flag("DEBUG", default=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", read("HOST", default="localhost"), *read_list("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
STATIC_ROOT = DATA_DIR / "static"
DEMO_MAIL_DIR = DATA_DIR / "mail"  # see manage.py smtp_sink
HEALTH_DISKS = [str(DATA_DIR)]
