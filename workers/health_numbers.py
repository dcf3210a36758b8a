"""Numbers for the health checks that must be counted across institutes, which row security forbids.

The checks call one definer function, `health_number(name, among)`, which answers with a count or an age in seconds and
nothing else. `among` limits it to some institutes; NULL means all. Adding a number is one migration of workers:

    operations = [HealthNumber("outbox_open", "SELECT count(*) FROM outbox_delivery d WHERE … AND {mine:d}")]

`{mine:d}` becomes the condition that the row `d` belongs to `among`.
"""

import re

from django.db.migrations import RunSQL

_SAFE_PATH = "SET search_path = pg_catalog, public, pg_temp"
_MINE = re.compile(r"\{mine:(\w+)\}")


class HealthNumber(RunSQL):
    """Create or replace the query of a number. It returns one bigint, and nobody may call it but the owner."""

    def __init__(self, number: str, query: str) -> None:
        self.number, self.query = number, query
        name = f"health_number_{number}"
        body = _MINE.sub(r"(among IS NULL OR \1.institute_id = ANY (among))", query)
        super().__init__(
            f"CREATE OR REPLACE FUNCTION {name}(among uuid[]) RETURNS bigint LANGUAGE sql STABLE {_SAFE_PATH}"
            f" AS $number$ {body} $number$; REVOKE ALL ON FUNCTION {name}(uuid[]) FROM PUBLIC",
            f"DROP FUNCTION {name}(uuid[])",
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return (type(self).__name__, [self.number, self.query], {})
