"""What a worker does for those who asked for the PDF of a long report."""

import datetime as dt
import logging
import uuid

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from crm.base.context import institute_context
from crm.core.documents.pdf import write_pdf
from crm.core.models import PreparedFile
from crm.identity.models import Institute
from crm.web.prepared import report_asked_for
from crm.web.report_documents import document_of

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=120)
MOST_ATTEMPTS = 3

State = PreparedFile.State


def make_next_file(institute_id: uuid.UUID) -> bool:
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
