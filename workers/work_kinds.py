"""What counts as work of a kind: one SQL query per kind, each in one migration.

Enumerators must look across institutes, which row security forbids. They call one definer function,
`institutes_with_work(kind)`, which answers with ids alone. Adding a kind is one migration of workers:

    operations = [WorkKind("mail", "SELECT i.id FROM identity_institute i WHERE i.is_live AND EXISTS (...)")]
"""

from django.db.migrations import RunSQL

_SAFE_PATH = "SET search_path = pg_catalog, public, pg_temp"


class WorkKind(RunSQL):
    """Create or replace the query of a kind. It returns ids of institutes, and nobody may call it but the owner."""

    def __init__(self, kind: str, query: str) -> None:
        self.kind, self.query = kind, query
        name = f"institutes_with_{kind}"
        super().__init__(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS SETOF uuid LANGUAGE sql STABLE {_SAFE_PATH}"
            f" AS $work$ {query} $work$; REVOKE ALL ON FUNCTION {name}() FROM PUBLIC",
            f"DROP FUNCTION {name}()",
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        return (type(self).__name__, [self.kind, self.query], {})
