"""Files with an employer's record: kept as they came, removed with a reason."""

import hashlib

from crm.base.clock import now
from crm.base.errors import Conflict
from crm.base.transactions import action
from crm.core.files import clean_file_name, inspect
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.files import FileAdded, FileRemoved
from employers.models import Employer, FileContent, RecordFile
from employers.validators import clean_line


@action
def keep_file(*, employer: Employer, name: str, data: bytes, by: User) -> RecordFile:
    """Keep a file as it came. What it is follows from its content, whatever its name says.

    Raises DomainError for a kind that is not kept, one too large and an empty one; Conflict when this record has the
    same file already.
    """
    kind = inspect(data)
    employer = Employer.objects.lock(employer)
    digest = hashlib.sha256(data).hexdigest()
    same = RecordFile.objects.kept().filter(employer=employer, sha256=digest).first()
    if same:
        raise Conflict(f"This file is here already, as {same.name}.", field="file")
    kept = RecordFile.objects.create(
        employer=employer, name=clean_file_name(name, kind), kind=kind, size=len(data), sha256=digest, added_by=by
    )
    FileContent.objects.create(file=kept, data=data)
    record(FileAdded(employer_id=employer.id, file_id=kept.id, kind=kind, size=kept.size, sha256=digest), by=by)
    return kept


@action
def remove_file(*, file: RecordFile, reason: str, by: User) -> RecordFile:
    """Take its content away for good; who removed it, when, why, and its digest stay.

    Raises DomainError without a reason, Conflict when it is removed already.
    """
    reason = clean_line(reason, field="reason", needed="Say why it is removed.")
    file = RecordFile.objects.lock(file)
    if file.removed_at:
        raise Conflict("This file is removed already.")
    file.contents.all().delete()
    file.removed_at, file.removed_by, file.reason = now(), by, reason
    file.save(update_fields=["removed_at", "removed_by", "reason"])
    facts = {"file_id": file.id, "kind": file.kind, "size": file.size, "sha256": file.sha256}
    record(FileRemoved(employer_id=file.employer_id, **facts), by=by)
    return file
