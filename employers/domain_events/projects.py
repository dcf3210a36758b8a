"""Live projects with a funder, and who joined or left them."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import AboutEmployer

PROJECT = "employers.live_project"


@dataclass(frozen=True, kw_only=True)
class _AboutProject:
    project_id: uuid.UUID
    title: str
    funder: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return PROJECT, self.project_id


@dataclass(frozen=True, kw_only=True)
class ProjectAdded(_AboutProject, DomainEvent):
    """Its employers follow, each with an event of its own."""


@dataclass(frozen=True, kw_only=True)
class ProjectChanged(_AboutProject, DomainEvent):
    """`fields` are labels."""

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ProjectJoined(AboutEmployer, DomainEvent):
    project_id: uuid.UUID
    title: str
    funder: str
    part: str

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"In the project {self.title} ({self.funder}) as {self.part}", "project")


@dataclass(frozen=True, kw_only=True)
class ProjectLeft(AboutEmployer, DomainEvent):
    project_id: uuid.UUID
    title: str

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"No longer in the project {self.title}", "project")
