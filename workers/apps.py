import importlib
import pkgutil

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "workers"

    def ready(self) -> None:
        """Find every handler, and listen for the start of a worker or a beat."""
        importlib.import_module("workers.heartbeats")
        package = importlib.import_module("workers.handlers")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"workers.handlers.{module.name}")
