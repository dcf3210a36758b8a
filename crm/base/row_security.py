"""Migration operations that close a tenant table: the database's own copy of "nobody sees what is not theirs".

operations = [
    migrations.CreateModel("Employer", ...),
    SecureTenantTable("Employer", personal=("notes",)),
]
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation

from crm.base.tenancy import TenantForeignKey

# Sub-selects are planned once per statement. NULL (never set) and '' (after COMMIT) both mean nobody.
READABLE = "institute_id = ANY ((SELECT NULLIF(current_setting('app.institutes', true), '')::uuid[])::uuid[])"
ACTING = "institute_id = (SELECT NULLIF(current_setting('app.acting', true), '')::uuid)"


def application_role() -> str:
    """The quoted name of the role that serves requests."""
    return '"{}"'.format(settings.DATABASES["default"]["USER"])


def policies(table: str) -> list[str]:
    """Read in the context's institutes; write in the acting one only."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'CREATE POLICY {table}_read ON "{table}" FOR SELECT USING ({READABLE})',
        f'CREATE POLICY {table}_insert ON "{table}" FOR INSERT WITH CHECK ({ACTING})',
        f'CREATE POLICY {table}_update ON "{table}" FOR UPDATE USING ({ACTING}) WITH CHECK ({ACTING})',
        f'CREATE POLICY {table}_delete ON "{table}" FOR DELETE USING ({ACTING})',
    ]


def append_only(table: str) -> list[str]:
    """No update and no delete: neither the right to, nor, for anybody, the possibility."""
    return [
        f'REVOKE UPDATE, DELETE ON "{table}" FROM {application_role()}',
        f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON "{table}"'
        f" FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]


def audit_triggers(table: str, personal: Sequence[str]) -> list[str]:
    """Who changed what, written by the database itself, once per statement."""
    columns = ",".join(personal)
    call = f"FOR EACH STATEMENT EXECUTE FUNCTION audit_changes('{columns}')"
    return [
        f'CREATE TRIGGER {table}_audit_insert AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS new_rows {call}',
        f'CREATE TRIGGER {table}_audit_update AFTER UPDATE ON "{table}"'
        f" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows {call}",
        f'CREATE TRIGGER {table}_audit_delete AFTER DELETE ON "{table}" REFERENCING OLD TABLE AS old_rows {call}',
    ]


def composite_key(table: str, field: TenantForeignKey) -> list[str]:
    """A foreign key that cannot leave the institute, and the index that serves it."""
    parent = field.remote_field.model._meta.db_table
    column = field.column
    name = f"{table}_{column}"[:50]
    return [
        f'CREATE INDEX {name}_idx ON "{table}" (institute_id, "{column}")',
        f'ALTER TABLE "{table}" ADD CONSTRAINT {name}_fk FOREIGN KEY (institute_id, "{column}")'
        f' REFERENCES "{parent}" (institute_id, id)',
    ]


class _TableOperation(Operation):
    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django's picture of the models does not change."""

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Dropping the table drops all of it."""

    def _model(self, app_label: str, state: Any) -> Any:
        return state.apps.get_model(app_label, self.model_name)


class CreateTables(Operation):
    """Create the tables of an app's models, all at once.

    After each CreateModel Django draws every related model anew, which is all of them: a hundred tables one by one take
    half a minute, together a second.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = list(models)

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # drawn again when it is asked for
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {', '.join(model.name for model in self.models)}"


class SecureTenantTable(_TableOperation):
    """Close the table of a tenant model.

    `personal` columns go to the erasable part of the audit; `append_only` forbids change for good and needs no audit.
    `references=False` leaves the composite keys to SecureTenantKey, for tables that point at each other.
    """

    def __init__(
        self,
        model_name: str,
        *,
        audit: bool = True,
        personal: Sequence[str] = (),
        append_only: bool = False,
        references: bool = True,
    ) -> None:
        super().__init__(model_name)
        self.audit = audit and not append_only
        self.personal = tuple(personal)
        self.append_only = append_only
        self.references = references

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = self._model(app_label, to_state)
        table = model._meta.db_table
        statements = [f'ALTER TABLE "{table}" ADD CONSTRAINT {table}_tenant_key UNIQUE (institute_id, id)']
        statements += policies(table)
        if self.append_only:
            statements += append_only(table)
        if self.audit:
            statements += audit_triggers(table, self.personal)
        if self.references:
            for field in model._meta.local_fields:
                if isinstance(field, TenantForeignKey):
                    statements += composite_key(table, field)
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Close {self.model_name} to everybody but its institute"


class PersonalColumns(_TableOperation):
    """Say anew which columns of a table are personal: all of them, those named before included.

    Only personal columns are kept apart in the audit, and only they can be erased there: free text belongs among them.
    """

    def __init__(self, model_name: str, columns: Sequence[str]) -> None:
        super().__init__(model_name)
        self.columns = tuple(columns)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._model(app_label, to_state)._meta.db_table
        for moment in ("insert", "update", "delete"):
            schema_editor.execute(f'DROP TRIGGER {table}_audit_{moment} ON "{table}"', params=None)
        for statement in audit_triggers(table, self.columns):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Keep {', '.join(self.columns)} of {self.model_name} in the erasable part of the audit"


class SecureTenantKey(_TableOperation):
    """Add the composite key of one TenantForeignKey that came later than its table."""

    def __init__(self, model_name: str, field_name: str) -> None:
        super().__init__(model_name)
        self.field_name = field_name

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = self._model(app_label, to_state)
        for statement in composite_key(model._meta.db_table, model._meta.get_field(self.field_name)):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Keep {self.model_name}.{self.field_name} inside its institute"


class KeepTime(_TableOperation):
    """Let the database set `updated_at` of a TimedModel whenever the row changes, and find rows by it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._model(app_label, to_state)._meta.db_table
        schema_editor.execute(
            f'CREATE TRIGGER {table}_touch BEFORE UPDATE ON "{table}" FOR EACH ROW'
            f" WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_row()",
            params=None,
        )
        schema_editor.execute(f'CREATE INDEX {table}_touched ON "{table}" (institute_id, updated_at)', params=None)

    def describe(self) -> str:
        return f"Keep the time of the last change of {self.model_name}"
