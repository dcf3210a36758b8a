"""Where the servers of a data directory are, for the settings of any process that is given that directory.

The addresses follow from the directory, except for two ports that `up` chooses and writes down.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from crm.embedded.bootstrap import APP, DATABASE, OWNER
from crm.embedded.errors import EmbeddedError
from crm.embedded.postgres import Cluster
from crm.embedded.valkey import Valkey

_FILE = "endpoints.json"
_UNTIL_UP_HAS_RUN = {"EMAIL_URL": "smtp://127.0.0.1:1025", "SITE_URL": "http://localhost:8000"}


def refuse_half_a_database(environment: Mapping[str, str]) -> None:
    """Raise EmbeddedError when only one of the two roles' URLs is given."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    given = [name for name in names if environment.get(name)]
    if len(given) == 1:
        missing = next(name for name in names if name not in given)
        raise EmbeddedError(
            f"{given[0]} is set and {missing} is not. Set both: DATABASE_URL connects as the application's role, "
            "which owns nothing, and DATABASE_OWNER_URL as the owner of the same database. Set neither to use the "
            "embedded PostgreSQL."
        )


def endpoints(data_directory: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The value of each endpoint variable: the environment's where it is set, else the embedded server's."""
    refuse_half_a_database(environment)
    cluster = Cluster(data_directory)
    embedded = {
        "DATABASE_URL": cluster.url(APP, DATABASE),
        "DATABASE_OWNER_URL": cluster.url(OWNER, DATABASE),
        "REDIS_URL": Valkey(data_directory).url,
        **_UNTIL_UP_HAS_RUN,
        **_written_down(data_directory),
    }
    return {name: environment.get(name) or value for name, value in embedded.items()}


def write_down(data_directory: Path, *, email_url: str, site_url: str) -> None:
    """Tell other processes the two addresses that do not follow from the directory."""
    draft = data_directory / f"{_FILE}.new"
    draft.write_text(json.dumps({"EMAIL_URL": email_url, "SITE_URL": site_url}))
    os.replace(draft, data_directory / _FILE)


def _written_down(data_directory: Path) -> dict[str, str]:
    try:
        written = json.loads((data_directory / _FILE).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return {name: str(written[name]) for name in _UNTIL_UP_HAS_RUN if name in written}
