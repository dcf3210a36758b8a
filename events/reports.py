"""Reports on challenges."""

from collections.abc import Iterable

from crm.core.registry import reports
from crm.core.report_filters import PeriodFilters
from crm.core.reports import Cell, Column, Kind, Report
from crm.identity.roles import Permission
from events.reads import challenges_with_reach


@reports.register
class ChallengesAndReach(Report):
    name = "challenges"
    title = "Challenges and reach"
    description = "Every STE(A)M challenge with the schools and pupils that booked and that came, latest first."
    permission = Permission.SEE_CHALLENGES
    order = 30
    filter_class = PeriodFilters
    columns = (
        Column("Challenge"),
        Column("Day", Kind.DATE),
        Column("Venue"),
        Column("State"),
        Column("Schools booked", Kind.COUNT),
        Column("Pupils booked", Kind.COUNT),
        Column("Schools came", Kind.COUNT),
        Column("Pupils came", Kind.COUNT),
    )

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        for challenge in challenges_with_reach().filter(self.period.moments("starts_at")):
            facts = (challenge.title, challenge.day, challenge.venue)
            booked = (challenge.groups, challenge.pupils)
            yield *facts, challenge.get_state_display(), *booked, challenge.schools_came, challenge.pupils_came
