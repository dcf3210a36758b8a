"""What institutes share. Each side records its own part; a line on a timeline names the other institute, no person."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclass(frozen=True, kw_only=True)
class _AboutShare(DomainEvent):
    """On the giver's side: told on the record's timeline."""

    share_id: uuid.UUID
    object_type: str
    object_id: uuid.UUID
    other: str  # the other institute's name

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "network.share", self.share_id

    def _line(self, text: str) -> list[TimelineLine]:
        return [TimelineLine(self.object_type, self.object_id, text, "share")]


@dataclass(frozen=True, kw_only=True)
class ShareProposed(_AboutShare):
    """`fields` are names of fields."""

    fields: list[str]
    until: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"{len(self.fields)} facts were offered to {self.other} until {self.until:%-d %B %Y}")


@dataclass(frozen=True, kw_only=True)
class ShareAccepted(_AboutShare):
    fields: list[str]
    until: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"{self.other} reads {len(self.fields)} facts until {self.until:%-d %B %Y}")


@dataclass(frozen=True, kw_only=True)
class ShareEnded(_AboutShare):
    """`how` is the state it ended in: declined, revoked, returned or expired."""

    how: str

    def timeline(self) -> list[TimelineLine]:
        how = {"declined": "declined what was offered", "returned": "no longer wants what is shared"}
        return self._line(f"{self.other} {how.get(self.how, 'reads nothing here any more')}")


@dataclass(frozen=True, kw_only=True)
class _AboutCopy(DomainEvent):
    """On the receiver's side."""

    share_id: uuid.UUID
    giver: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "network.sharedcopy", self.share_id


@dataclass(frozen=True, kw_only=True)
class ShareOffered(_AboutCopy):
    """Waits for somebody's answer."""


@dataclass(frozen=True, kw_only=True)
class SharedCopyOpened(_AboutCopy):
    """May be read from now on."""


@dataclass(frozen=True, kw_only=True)
class SharedCopyClosed(_AboutCopy):
    """Its content is gone. `how` as above."""

    how: str


@dataclass(frozen=True, kw_only=True)
class ShareAsked(DomainEvent):
    """This institute asked whoever knows an organisation to share it."""

    ask_id: uuid.UUID
    object_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "network.shareask", self.ask_id


@dataclass(frozen=True, kw_only=True)
class _AboutRequest(DomainEvent):
    request_id: uuid.UUID
    asking: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "network.sharerequest", self.request_id


@dataclass(frozen=True, kw_only=True)
class ShareRequested(_AboutRequest):
    """Another institute asks."""


@dataclass(frozen=True, kw_only=True)
class ShareRequestAnswered(_AboutRequest):
    state: str
