"""Make rows of the hand-written lists."""

from typing import Any

from django.db import migrations

from crm.core.reference.shipped import SHIPPED


def ship(apps: Any, schema_editor: Any) -> None:
    """Those that are not there yet in their version become the current ones of their kind."""
    alias = schema_editor.connection.alias
    editions = apps.get_model("core", "ReferenceEdition").objects.using(alias)
    rows = apps.get_model("core", "ReferenceRow").objects.using(alias)
    for shipped in SHIPPED:
        if editions.filter(kind=shipped.kind, version=shipped.version).exists():
            continue
        editions.filter(kind=shipped.kind).update(is_current=False)
        edition = editions.create(kind=shipped.kind, version=shipped.version, source=shipped.source, is_current=True)
        rows.bulk_create(
            rows.model(edition_id=edition.pk, code=line.code, name=line.name, parent=line.parent)
            for line in shipped.lines
        )


class Migration(migrations.Migration):
    dependencies = [("core", "0003_search_functions")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
