"""What an institute publishes to its network about its employers: counts alone."""

import datetime as dt

from crm.base.clock import academic_year_starts, london_instant, today
from crm.core.figures import Figure, Group, Unit
from crm.core.registry import network_figures
from employers.models import Employer, Engagement
from employers.querysets import IN_PLAY


@network_figures.register
class EmployersInPlay(Figure):
    name = "employers-in-play"
    label = "Employers in play"
    group, unit, order = Group.EMPLOYERS, Unit.COUNT, 10
    definition = "Employers whose stage is prospect, in conversation or active, now."
    on_my_day = True

    def value(self) -> int:
        return Employer.objects.filter(stage__in=IN_PLAY).count()


@network_figures.register
class AnchorPartners(Figure):
    name = "anchor-partners"
    label = "Anchor partners"
    group, unit, order = Group.EMPLOYERS, Unit.COUNT, 11
    definition = "Employers in play on the anchor level of the network's scale, whatever the institute calls it."

    def value(self) -> int:
        return Employer.objects.anchor().filter(stage__in=IN_PLAY).count()


@network_figures.register
class ConversationsThisYear(Figure):
    name = "conversations-this-year"
    label = "Conversations this year"
    group, unit, order = Group.EMPLOYERS, Unit.COUNT, 12
    definition = "Calls, meetings and visits logged for this academic year, from 1 August. Notes and mail do not count."

    def value(self) -> int:
        since = london_instant(academic_year_starts(today()), dt.time.min)
        return Engagement.objects.filter(happened_at__gte=since).exclude(kind=Engagement.Kind.NOTE).count()
