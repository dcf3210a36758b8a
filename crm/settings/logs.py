"""What is logged and how. crm.base.logs says which fields a line may have."""

from typing import Any


def logging_settings(form: str, *, requests: str = "WARNING") -> dict[str, Any]:
    """`form` is "plain" for a terminal or "json" for a server; `requests` is the level of the line for each request."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"facts": {"()": "crm.base.logs.FactsFilter"}},
        "formatters": {
            "plain": {"()": "crm.base.logs.PlainFormatter"},
            "json": {"()": "crm.base.logs.JsonFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["facts"]}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},
            # It quotes the host that was asked for, which anybody may choose.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Celery tells of each task what workers.tasks tells with its ids.
            "celery.app.trace": {"level": "ERROR"} if form == "json" else {},
            "crm.requests": {"level": requests},
        },
    }
