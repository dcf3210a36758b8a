"""What happened to imports. What they did to records is told by those records' own events."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent

JOB = "imports.importjob"


@dataclass(frozen=True, kw_only=True)
class _AboutImport:
    job_id: uuid.UUID
    kind: str
    source: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return JOB, self.job_id


@dataclass(frozen=True, kw_only=True)
class ImportApplied(_AboutImport, DomainEvent):
    """Recorded only when the import changed something."""

    created: int
    updated: int
    no_longer_listed: int


@dataclass(frozen=True, kw_only=True)
class ImportUndone(_AboutImport, DomainEvent):
    undone: int
    kept: int
