"""PDF files of long reports: asked for here, made by a worker, because a thousand rows take seconds."""

import datetime as dt

from django.http import QueryDict

from crm.base.clock import now
from crm.base.context import acting_institute
from crm.base.errors import OverLimit
from crm.base.transactions import action
from crm.core.models import PreparedFile
from crm.core.registry import reports
from crm.core.reports import Report
from crm.identity.models import User
from crm.outbox.wake import wake_after_commit

AT_ONCE = 250  # rows that a request sets itself: a third of a second
MOST_WAITING = 5  # that one person may have asked for and not got yet
KEPT = dt.timedelta(days=1)

State = PreparedFile.State


@action
def ask_for_file(*, report: Report, by: User) -> PreparedFile:
    """Have the PDF of a report made. The same question asked while one is being made leads to that one.

    Raises OverLimit when the person waits for many already.
    """
    asked = report.form.query_string()[:500]
    open_ones = PreparedFile.objects.filter(state__in=[State.WAITING, State.WORKING])
    standing = open_ones.filter(report=report.name, asked=asked).first()
    if standing:
        return standing
    if open_ones.filter(asked_by=by).count() >= MOST_WAITING:
        raise OverLimit("You asked for several files that are not ready yet. Wait for them, then ask for this one.")
    file = PreparedFile.objects.create(report=report.name, asked=asked, asked_by=by)
    wake_after_commit("workers.make_files", acting_institute())
    return file


def forget_old_files() -> int:
    """Delete files that were asked for more than a day ago. Call it in the institute's context."""
    return PreparedFile.objects.filter(asked_at__lt=now() - KEPT).delete()[0]


def forget_every_file() -> int:
    """Delete the files that are ready, and have those that are being made begin anew: somebody in them was erased.

    Nobody has read what is inside, and a report can be asked for again. Returns how many were deleted.
    """
    PreparedFile.objects.filter(state=State.WORKING).update(state=State.WAITING, lease_until=None)
    return PreparedFile.objects.filter(state=State.READY).delete()[0]


def report_asked_for(file: PreparedFile) -> Report | None:
    """The report that a file is of, narrowed as it was asked; None when there is no such report any more."""
    found = reports.get(file.report)
    return found(QueryDict(file.asked)) if found else None
