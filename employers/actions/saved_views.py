"""Keeping a way of looking at the list of employers."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from crm.base.errors import Conflict, NotFound
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.lists import ViewKept, ViewRemoved
from employers.models import SavedView
from employers.reads.employer_filters import known_query
from employers.reads.list_columns import columns_asked
from employers.validators import clean_line


@action
def keep_view(*, name: str, query: str, columns: Sequence[str] = (), is_shared: bool = False, by: User) -> SavedView:
    """Keep filters and order under a name: for oneself, or for everybody here. One's own of that name is replaced.

    Of `query`, a query string of the list, what the list does not know is left out; so with `columns`. Raises
    DomainError without a name, Conflict when a colleague shares a view of that name.
    """
    name = clean_line(name, field="name", limit=60, needed="Enter a name for this view.")
    mine = SavedView.objects.filter(owner=by, name__iexact=name).select_for_update()
    view = mine.filter(is_shared=is_shared).first() or SavedView(owner=by, is_shared=is_shared)
    view.name, view.query = name, known_query(query)
    view.columns = [column.name for column in columns_asked(columns)] if columns else []
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise Conflict("A colleague shares a view of this name. Choose another.", field="name") from error
    record(ViewKept(view_id=view.id, is_shared=is_shared), by=by)
    return view


@action
def remove_view(*, view: SavedView, by: User) -> None:
    """Take away a view of one's own, or one that is shared: that belongs to all. Raises NotFound for a colleague's."""
    found = SavedView.objects.visible_to(by).select_for_update().filter(pk=view.pk).first()
    if found is None:
        raise NotFound("There is no such view.")
    view_id = found.id
    found.delete()
    record(ViewRemoved(view_id=view_id), by=by)
