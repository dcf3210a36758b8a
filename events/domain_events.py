"""What happens around challenges. No event holds anything about a pupil but how many came."""

import dataclasses
import datetime as dt
import uuid
from dataclasses import dataclass

from crm.base.clock import LONDON
from crm.base.money import format_pounds
from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclass(frozen=True, kw_only=True)
class _ChallengeEvent(DomainEvent):
    challenge_id: uuid.UUID
    title: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("events.challenge", self.challenge_id)

    def line(self, text: str, kind: str = "challenge") -> TimelineLine:
        return TimelineLine("events.challenge", self.challenge_id, text, kind)


@dataclass(frozen=True, kw_only=True)
class ChallengePlanned(_ChallengeEvent):
    starts_at: dt.datetime

    def timeline(self) -> list[TimelineLine]:
        return [self.line(f"Planned for {_day(self.starts_at)}")]


@dataclass(frozen=True, kw_only=True)
class ChallengeChanged(_ChallengeEvent):
    starts_at: dt.datetime
    has_moved: bool

    def timeline(self) -> list[TimelineLine]:
        return [self.line(f"Moved to {_day(self.starts_at)}" if self.has_moved else "Details changed")]


@dataclass(frozen=True, kw_only=True)
class ChallengeStateChanged(_ChallengeEvent):
    state: str
    label: str

    def timeline(self) -> list[TimelineLine]:
        return [self.line(self.label)]


@dataclass(frozen=True, kw_only=True)
class GroupBooked(_ChallengeEvent):
    booking_id: uuid.UUID
    school_id: uuid.UUID
    school_name: str
    pupils: int
    is_waiting: bool

    def timeline(self) -> list[TimelineLine]:
        where = "joined the waiting list" if self.is_waiting else "booked"
        return [
            self.line(f"{self.school_name} {where} with {self.pupils} pupils", "school"),
            TimelineLine(
                "identity.provider", self.school_id, f"Group of {self.pupils} {where}: {self.title}", "school"
            ),
        ]


@dataclass(frozen=True, kw_only=True)
class GroupChanged(_ChallengeEvent):
    booking_id: uuid.UUID
    school_name: str
    pupils: int
    adults: int

    def timeline(self) -> list[TimelineLine]:
        return [self.line(f"{self.school_name} now brings {self.pupils} pupils and {self.adults} adults", "school")]


@dataclass(frozen=True, kw_only=True)
class GroupWithdrawn(_ChallengeEvent):
    booking_id: uuid.UUID
    school_name: str

    def timeline(self) -> list[TimelineLine]:
        return [self.line(f"{self.school_name} withdrew", "school")]


@dataclass(frozen=True, kw_only=True)
class GroupPromoted(_ChallengeEvent):
    booking_id: uuid.UUID
    school_name: str

    def timeline(self) -> list[TimelineLine]:
        return [self.line(f"{self.school_name} moved from the waiting list to a place", "school")]


@dataclass(frozen=True, kw_only=True)
class AttendanceRecorded(_ChallengeEvent):
    booking_id: uuid.UUID
    school_name: str
    pupils: int

    def timeline(self) -> list[TimelineLine]:
        came = f"came with {self.pupils} pupils" if self.pupils else "did not come"
        return [self.line(f"{self.school_name} {came}", "school")]


@dataclass(frozen=True, kw_only=True)
class VolunteerInvited(_ChallengeEvent):
    volunteer_id: uuid.UUID
    employer_id: uuid.UUID
    employer_name: str

    def timeline(self) -> list[TimelineLine]:
        return [
            self.line(f"Volunteer from {self.employer_name} invited", "volunteer"),
            TimelineLine("employers.employer", self.employer_id, f"Volunteer invited: {self.title}", "challenge"),
        ]


@dataclass(frozen=True, kw_only=True)
class VolunteerAnswered(_ChallengeEvent):
    volunteer_id: uuid.UUID
    employer_name: str
    state: str

    def timeline(self) -> list[TimelineLine]:
        answer = "is coming" if self.state == "accepted" else "cannot come"
        return [self.line(f"Volunteer from {self.employer_name} {answer}", "volunteer")]


@dataclass(frozen=True, kw_only=True)
class VolunteerTimeRecorded(_ChallengeEvent):
    volunteer_id: uuid.UUID
    employer_id: uuid.UUID
    employer_name: str
    minutes: int

    def timeline(self) -> list[TimelineLine]:
        hours = f"{self.minutes / 60:g} hours"
        return [
            self.line(f"Volunteer from {self.employer_name} gave {hours}", "volunteer"),
            TimelineLine("employers.employer", self.employer_id, f"Gave {hours} at {self.title}", "challenge"),
        ]


@dataclass(frozen=True, kw_only=True)
class VolunteerTimeCounted(_ChallengeEvent):
    """The time given became a contribution in kind; it waits for a second person's approval."""

    volunteer_id: uuid.UUID
    contribution_id: uuid.UUID
    employer_name: str
    minutes: int

    def timeline(self) -> list[TimelineLine]:
        return [self.line(f"{self.minutes / 60:g} hours of {self.employer_name} counted in kind", "volunteer")]


@dataclass(frozen=True, kw_only=True)
class VolunteerCheckSeen(_ChallengeEvent):
    volunteer_id: uuid.UUID

    def timeline(self) -> list[TimelineLine]:
        return [self.line("A volunteer's check was seen", "volunteer")]


@dataclass(frozen=True, kw_only=True)
class ChallengeCostRecorded(_ChallengeEvent):
    cost_id: uuid.UUID
    pence: int

    def timeline(self) -> list[TimelineLine]:
        said = self.line(f"Cost of {format_pounds(self.pence)} recorded", "money")
        return [dataclasses.replace(said, pence=self.pence, sums_as="Costs of {} recorded")]


@dataclass(frozen=True, kw_only=True)
class SchoolAdded(DomainEvent):
    school_id: uuid.UUID
    name: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("identity.provider", self.school_id)


def _day(moment: dt.datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"
