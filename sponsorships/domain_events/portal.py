"""Who may read a sponsor's report."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclass(frozen=True, kw_only=True)
class _PortalEvent(DomainEvent):
    grant_id: uuid.UUID
    employer_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("employers.employer", self.employer_id)

    def line(self, text: str) -> list[TimelineLine]:
        return [TimelineLine("employers.employer", self.employer_id, text, "portal")]


@dataclass(frozen=True, kw_only=True)
class PortalOpened(_PortalEvent):
    def timeline(self) -> list[TimelineLine]:
        return self.line("A contact may now read the sponsor report")


@dataclass(frozen=True, kw_only=True)
class PortalClosed(_PortalEvent):
    def timeline(self) -> list[TimelineLine]:
        return self.line("A contact may no longer read the sponsor report")
