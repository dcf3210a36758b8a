"""Taking over a list as the current edition of its kind."""

from collections.abc import Iterable

from django.db import transaction

from crm.core.models import ReferenceEdition, ReferenceRow
from crm.core.reference.shipped import Line

AT_ONCE = 5000


def take_over(*, kind: str, version: str, source: str, lines: Iterable[Line]) -> ReferenceEdition:
    """Make these lines the current edition of their kind, whatever was current before.

    The same version again replaces its lines, so that a download can be loaded twice. All or nothing.
    """
    with transaction.atomic():
        ReferenceEdition.objects.filter(kind=kind).update(is_current=False)
        edition, _ = ReferenceEdition.objects.update_or_create(
            kind=kind, version=version, defaults={"source": source, "is_current": True}
        )
        edition.rows.all().delete()
        rows = (
            ReferenceRow(edition=edition, code=line.code, name=line.name, parent=line.parent, area=line.area)
            for line in lines
        )
        ReferenceRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    return edition
