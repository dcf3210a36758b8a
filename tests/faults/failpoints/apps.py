"""Makes the points part of a Django process."""

from django.apps import AppConfig

from tests.faults import failpoints


class FailpointsConfig(AppConfig):
    name = "tests.faults.failpoints"
    label = "failpoints"

    def ready(self) -> None:
        """The applications before this one have been loaded, so there is something to wrap."""
        failpoints.install()
