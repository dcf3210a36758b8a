"""What employers asked to change in courses, and what became of it. The words stay with the row."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import AboutEmployer


@dataclass(frozen=True, kw_only=True)
class _AboutInput(AboutEmployer):
    input_id: uuid.UUID
    course: str

    def _input(self, text: str) -> list[TimelineLine]:
        return self._line(text.format(self.course), "curriculum")


@dataclass(frozen=True, kw_only=True)
class CurriculumInputProposed(_AboutInput, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._input("Proposed a change to {}")


@dataclass(frozen=True, kw_only=True)
class CurriculumInputChanged(_AboutInput, DomainEvent):
    """`fields` are labels."""

    fields: list[str]

    def timeline(self) -> list[TimelineLine]:
        return self._input("The proposal for {} was changed: " + ", ".join(self.fields))


@dataclass(frozen=True, kw_only=True)
class CurriculumInputAdopted(_AboutInput, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._input("Their change to {} was adopted")


@dataclass(frozen=True, kw_only=True)
class CurriculumInputDeclined(_AboutInput, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._input("Their change to {} was declined")
