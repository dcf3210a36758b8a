"""Reports on employers and what was promised to them."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from crm.base.clock import today
from crm.base.context import acting_institute
from crm.core.registry import reports
from crm.core.report_filters import PeriodFilters
from crm.core.reports import AT_ONCE, Cell, Column, Kind, Report, label_of
from crm.identity.roles import Permission
from employers.models import Employer, Engagement, FollowUp


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

    def query(self) -> QuerySet:
        found = Employer.objects.filter(institute=acting_institute()).order_by("sort_name", "id")
        tier, owner = Coalesce("tier__label", Value("")), Coalesce("owner__name", Value(""))
        stage = label_of("stage", Employer.Stage.choices)
        return found.values_list("name", stage, tier, owner, "last_contact_on", "sector", "town")


@reports.register
class OverdueFollowUps(Report):
    name = "overdue-follow-ups"
    title = "Overdue next steps"
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


@reports.register
class Conversations(Report):
    name = "conversations"
    title = "Conversations"
    description = "Every call, meeting, visit and note with an employer, the latest first."
    permission = Permission.SEE_EMPLOYERS
    order = 12
    filter_class = PeriodFilters
    columns = (
        Column("When", Kind.MOMENT),
        Column("Employer"),
        Column("Kind"),
        Column("By"),
        Column("Minutes", Kind.COUNT),
        Column("What was said"),
    )

    def query(self) -> QuerySet:
        found = Engagement.objects.filter(self.period.moments("happened_at"), institute=acting_institute())
        kind = label_of("kind", Engagement.Kind.choices)
        facts = found.values_list("happened_at", "employer__name", kind, "by__name", "minutes", "summary")
        return facts.order_by("-happened_at", "-id")
