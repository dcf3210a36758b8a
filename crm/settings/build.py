"""Settings for building the image: enough to collect static files, and no server of any kind."""

from crm.settings.base import *

SECRET_KEY = "only-for-collectstatic"  # noqa: S105  never serves a request
LEARNER_HASH_KEY = "only-for-collectstatic"
SECOND_FACTOR_KEYS = ["only-for-collectstatic"]
