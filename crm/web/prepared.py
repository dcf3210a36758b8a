"""PDF files of long reports, made by a worker: a thousand rows take seconds, and no request waits for that."""

import datetime as dt
import logging
import uuid

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import QueryDict

from crm.base.clock import now
from crm.base.context import acting_institute, institute_context
from crm.base.errors import OverLimit
from crm.base.transactions import action
from crm.core.documents.pdf import write_pdf
from crm.core.models import PreparedFile
from crm.core.registry import reports
from crm.core.reports import Report
from crm.identity.models import Institute, User
from crm.outbox.wake import wake_after_commit
from crm.web.report_documents import document_of

logger = logging.getLogger(__name__)

AT_ONCE = 250  # rows that a request sets itself: a third of a second
MOST_WAITING = 5  # that one person may have asked for and not got yet
LEASE = dt.timedelta(seconds=120)
MOST_ATTEMPTS = 3
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


def make_files(institute_id: uuid.UUID) -> bool:
    """Make the file that was asked for first. True when there may be more to make.

    A worker that is killed at it leaves a lease that ends; after three tries the file is given up.
    """
    with institute_context(institute_id):
        file = _to_make().select_for_update(skip_locked=True).order_by("asked_at", "id").first()
        if file is None:
            return False
        attempts = file.attempts + 1
        is_over = attempts > MOST_ATTEMPTS
        state = State.FAILED if is_over else State.WORKING
        _ours(file).update(state=state, attempts=attempts, lease_until=Now() + LEASE)
    if is_over:
        return True
    try:
        with institute_context(institute_id, user_id=file.asked_by_id):
            _make(file, attempts, Institute.objects.get(pk=institute_id))
    except Exception:
        logger.exception("the file %s of the report %s could not be made", file.pk, file.report)
        with institute_context(institute_id):
            again = State.FAILED if attempts >= MOST_ATTEMPTS else State.WAITING
            _ours(file).filter(attempts=attempts).update(state=again, lease_until=None)
    return True


def forget_old_files() -> int:
    """Delete files that were asked for more than a day ago. Call it in the institute's context."""
    return PreparedFile.objects.filter(asked_at__lt=now() - KEPT).delete()[0]


def report_asked_for(file: PreparedFile) -> Report | None:
    """The report that a file is of, narrowed as it was asked; None when there is no such report any more."""
    found = reports.get(file.report)
    return found(QueryDict(file.asked)) if found else None


def _to_make() -> QuerySet[PreparedFile]:
    return PreparedFile.objects.filter(Q(state=State.WAITING) | Q(state=State.WORKING, lease_until__lt=Now()))


def _ours(file: PreparedFile) -> QuerySet[PreparedFile]:
    return PreparedFile.objects.filter(pk=file.pk)


def _make(file: PreparedFile, attempts: int, institute: Institute) -> None:
    report = report_asked_for(file)
    if report is None or not report.is_answerable:  # a fund that was narrowed to may be gone
        raise LookupError(f"The report {file.report} cannot answer {file.asked!r}")
    document = document_of(report, institute)
    content = write_pdf(document)
    facts = {"file_name": f"{document.name}.pdf", "size": len(content), "content": content}
    # Not if another worker took over meanwhile: its file is newer.
    _ours(file).filter(state=State.WORKING, attempts=attempts).update(state=State.READY, ready_at=Now(), **facts)
