"""Two people, one form: the second is told who changed what since their page was opened."""

import datetime as dt
import hashlib
from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Model

from crm.audit.models import AuditEntry
from crm.audit.reads import told
from crm.base.clock import LONDON, now, today
from crm.base.errors import Conflict
from crm.core.views import FormPage

MOST_TOLD = 3
ONCE_MORE = "Save once more if what stands here is right, or open the page anew to see theirs."


class VersionField(forms.CharField):
    """What the page showed when it was opened, as a digest, and when that was. Nobody types it."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, max_length=100)


class WatchedFormPage(FormPage):
    """A form over facts of one row that two people may edit at once. Its form has a VersionField called `version`.

    Set `self.row` in `prepare` and give the facts in `facts_now`; call `refuse_stale(form)` first thing in `act`.
    """

    row: Model

    def facts_now(self) -> dict[str, Any]:
        """What the form shows of the row as it is."""
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        facts = self.facts_now()
        return {**facts, "version": f"{_digest(facts)} {now().isoformat()}"}

    def refuse_stale(self, form: forms.Form) -> None:
        """Raises Conflict when the facts are no longer those that the page showed; the row is locked from here on.

        Sent again from the refusal's own page, the form is taken: the person has been told.
        """
        digest, _, opened = form.cleaned_data["version"].partition(" ")
        type(self.row)._base_manager.select_for_update(of=("self",)).get(pk=self.row.pk)
        self.row.refresh_from_db()
        if not digest or digest == _digest(self.facts_now()):
            return
        form.data = form.data.copy()
        form.data["version"] = self.get_initial()["version"]
        raise Conflict(f"{_who_did_what(self.row, opened, self.facts_now())} {ONCE_MORE}")


def _digest(facts: dict[str, Any]) -> str:
    plain = sorted((name, str(getattr(value, "pk", value) or "")) for name, value in facts.items())
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:32]


def _who_did_what(row: Model, opened: str, shown: Collection[str]) -> str:
    entries = AuditEntry.objects.of_record(row._meta.db_table, row.pk).filter(action=AuditEntry.Action.UPDATE)
    moment = _moment(opened)
    entries = entries.filter(at__gte=moment) if moment else entries.none()
    said = [
        f"{one.who} changed {change.label.lower()} from “{change.before}” to “{change.after}” at {_time(one.entry.at)}"
        for one in told(list(entries[:MOST_TOLD]))
        for change in one.changes
        if change.column in shown
    ]
    return "; ".join(said[:MOST_TOLD]) + "." if said else "A colleague has changed this since you opened the page."


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year > 2000 else None


def _time(moment: dt.datetime) -> str:
    """`14:05`, with its day where that is not today."""
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M}" if local.date() == today() else f"{local:%H:%M} on {local:%-d %b %Y}"
