"""Reports on employers and what was promised to them."""

from collections.abc import Iterable, Sequence

from django.db.models.functions import Lower

from crm.base.clock import today
from crm.core.registry import reports
from crm.core.reports import Cell, Column, Kind, Report
from crm.identity.roles import Permission
from employers.models import Employer, FollowUp

AT_ONCE = 2000  # rows held in memory while a file is written


@reports.register
class Employers(Report):
    name = "employers"
    title = "Employers"
    description = "Every employer with its stage, tier, owner and the last conversation."
    permission = Permission.SEE_EMPLOYERS
    order = 10
    columns = (
        Column("Employer"),
        Column("Stage"),
        Column("Tier"),
        Column("Owner"),
        Column("Last contact", Kind.DATE),
        Column("Sector"),
        Column("Town"),
    )

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        found = Employer.objects.select_related("owner", "tier").order_by(Lower("name"), "id")
        for employer in found.iterator(AT_ONCE):
            tier = employer.tier.label if employer.tier else ""
            owner = employer.owner.name if employer.owner else ""
            stage = employer.get_stage_display()
            yield employer.name, stage, tier, owner, employer.last_contact_on, employer.sector, employer.town


@reports.register
class OverdueFollowUps(Report):
    name = "overdue-follow-ups"
    title = "Overdue follow-ups"
    description = "Next steps that are past their date, the longest overdue first."
    permission = Permission.SEE_EMPLOYERS
    order = 11
    columns = (
        Column("Next step"),
        Column("Employer"),
        Column("Owner"),
        Column("Due", Kind.DATE),
        Column("Days late", Kind.COUNT),
    )

    def scope(self) -> Sequence[tuple[str, str]]:
        return [("Due", f"before {today():%-d %B %Y}")]

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        late = FollowUp.objects.overdue().select_related("employer", "owner").order_by("due_on", "id")
        for follow_up in late.iterator(AT_ONCE):
            employer = follow_up.employer.name if follow_up.employer else ""
            days = (today() - follow_up.due_on).days
            yield follow_up.title, employer, follow_up.owner.name, follow_up.due_on, days
