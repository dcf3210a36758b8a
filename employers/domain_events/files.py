"""Files put with a record and taken away. A file's name may name a person: it stays with the file's line."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import AboutEmployer


@dataclass(frozen=True, kw_only=True)
class _AboutFile(AboutEmployer):
    file_id: uuid.UUID
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FileAdded(_AboutFile, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._line("A file was added", "file")


@dataclass(frozen=True, kw_only=True)
class FileRemoved(_AboutFile, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._line("A file was removed", "file")
