"""What an institute publishes to its network about its challenges: counts alone."""

from crm.base.clock import academic_year_starts, today
from crm.core.figures import Figure, Group, Unit
from crm.core.registry import network_figures
from events.reads import Reach, reach


def _this_year() -> Reach:
    return reach(since=academic_year_starts(today()), until=today())


@network_figures.register
class ChallengesHeld(Figure):
    name = "challenges-held-this-year"
    label = "Challenges this year"
    group, unit, order = Group.CHALLENGES, Unit.COUNT, 30
    definition = "STE(A)M challenges of this academic year, from 1 August to today, to which at least one school came."

    def value(self) -> int:
        return _this_year().challenges


@network_figures.register
class SchoolsReached(Figure):
    name = "schools-reached-this-year"
    label = "Schools this year"
    group, unit, order = Group.CHALLENGES, Unit.COUNT, 31
    definition = "Schools that came to one of these challenges, each counted once."

    def value(self) -> int:
        return _this_year().schools


@network_figures.register
class PupilsReached(Figure):
    name = "pupils-reached-this-year"
    label = "Pupils this year"
    group, unit, order = Group.CHALLENGES, Unit.COUNT, 32
    definition = "Pupils who came to these challenges; who came twice counts twice. Fewer than ten are not shown."
    concerns_learners = True
    on_my_day = True

    def value(self) -> int:
        return _this_year().pupils
