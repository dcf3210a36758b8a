"""What people do to mail. What the mailer does is on the rows themselves."""

import dataclasses
import uuid

from crm.outbox.domain_events import DomainEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class _MailEvent(DomainEvent):
    """Something a person did to one occurrence."""

    occurrence_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "mail.occurrence", self.occurrence_id


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailHeld(_MailEvent):
    """A person keeps it back."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailReleased(_MailEvent):
    """A person lets it go when it is due."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailHurried(_MailEvent):
    """A person sends it now."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailRepeated(_MailEvent):
    """A person sends it again, though it failed or may have arrived."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailConfirmed(_MailEvent):
    """A person says that it arrived."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailDismissed(_MailEvent):
    """A person has seen to it by other means."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MailAllowed(_MailEvent):
    """A person lets mail go again to the address that this message was for."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class PreferenceNoted(DomainEvent):
    """A person said whether they may be written to. Where they said it is on the row, which can be erased."""

    person_type: str
    person_id: uuid.UUID
    purpose: str
    channel: str
    basis: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return self.person_type, self.person_id
