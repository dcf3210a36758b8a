"""When a row was changed is the entry's own `at`: `updated_at` is left out of what an entry tells."""

from importlib import import_module

from django.db import migrations

CHANGES = import_module("crm.audit.migrations.0003_functions").CHANGES


def _without_clock(sql: str) -> str:
    for told in ("to_jsonb(r)", "to_jsonb(o)", "to_jsonb(n)"):
        sql = sql.replace(told, f"{told} - 'updated_at'")
    return sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_entries_by_person")]
    operations = [migrations.RunSQL(_without_clock(CHANGES), CHANGES)]
