"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from crm.base.role_check import refuse_powerful_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.production")
application = get_wsgi_application()
refuse_powerful_role()
