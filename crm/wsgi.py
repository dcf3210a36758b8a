"""WSGI entry point for gunicorn."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from crm.base.role_check import refuse_powerful_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.production")
gc.disable()  # until all is loaded
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page, before the first is asked for and before workers are forked
refuse_powerful_role()
# What is loaded stays: to look through all of it for garbage holds up one request in a hundred for a tenth of a second.
gc.collect()
gc.freeze()
gc.enable()
