"""The Celery application. Tasks live in workers/tasks.py; the beat table in workers/schedule.py is loaded by name."""

from celery import Celery

app = Celery("anchorpoint")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["workers"])
