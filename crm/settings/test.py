"""Settings of the test suite. tests/conftest.py starts the servers and fills in where they are."""

from crm.settings.base import *

SECRET_KEY = "only-for-tests"  # noqa: S105
LEARNER_HASH_KEY = "only-for-tests-learners"
SECOND_FACTOR_KEYS = ["only-for-tests-factors"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEMO = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# A publish that nobody set up says so instead of reaching for a broker on this machine.
CELERY_BROKER_URL = os.environ.get("REDIS_URL", "redis+socket:///no/broker/in/this/test.sock")
DATABASES["default"]["CONN_MAX_AGE"] = 0
MAIL_DAILY_CAP = 0  # tests send hundreds to one person; those about the limit set their own
# Style sheets straight from the source tree: nothing is collected for a test.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
