"""What can be shared of an employer (facts of the partnership, who is there, how often one spoke, whom they look for;
never an address, a number or what was said) and of a project with a funder."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db.models import Count

from crm.base.clock import academic_year, academic_year_starts, london_instant, today
from crm.core.registry import shareables
from crm.network.sharing import Shareable, ShareField, day
from employers.domain_events.projects import PROJECT
from employers.models import Contact, Employer, Engagement, LiveProject, SkillsNeed
from employers.reads.redirects import left_of

MOST_PEOPLE, MOST_NEEDS = 50, 20


@shareables.register
class SharedEmployer(Shareable):
    name, label, url_name = "employers.employer", "Employer", "employers:record"
    fields: ClassVar = (
        ShareField("name", "Name"),
        ShareField("company", "Company number"),
        ShareField("place", "Place"),
        ShareField("website", "Website"),
        ShareField("sector", "Sector"),
        ShareField("stage", "Stage"),
        ShareField("tier", "Tier"),
        ShareField("since", "Partner since"),
        ShareField("last_contact", "Last contact"),
        ShareField("talks", "How often we spoke"),
        ShareField("needs", "Skills they look for"),
        ShareField("owner", "Who looks after them"),
        ShareField("people", "Who is there, and their roles"),
    )

    def find(self, object_id: uuid.UUID) -> Employer | None:
        """One that was merged, however often, is shared as what it became."""
        rows = Employer.objects.select_related("organisation", "tier", "owner")
        return rows.filter(pk=left_of([object_id])[object_id]).first()

    def about(self, row: Employer) -> uuid.UUID | None:
        return row.organisation_id

    def values(self, row: Employer) -> dict[str, str]:
        return {
            "name": row.name,
            "company": row.organisation.company_number if row.organisation else "",
            "place": f"{row.town} {row.postcode}".strip(),
            "website": row.website,
            "sector": row.sector,
            "stage": row.get_stage_display(),
            "tier": row.tier.get_scale_display() if row.tier else "",
            "since": day(row.since_on),
            "last_contact": day(row.last_contact_on),
            "talks": _talks(row),
            "needs": "\n".join(_needs(row)),
            "owner": row.owner.name if row.owner else "",
            "people": "\n".join(_people(row)),
        }


@shareables.register
class SharedProject(Shareable):
    """The institutes in a project may let each other know who takes part."""

    name, label, url_name = PROJECT, "Live project", "employers:project"
    fields: ClassVar = (
        ShareField("title", "Title"),
        ShareField("funder", "Funder"),
        ShareField("reference", "The funder's reference"),
        ShareField("time", "Time"),
        ShareField("employers", "Employers in it"),
        ShareField("institutes", "Other institutes in it"),
    )

    def find(self, object_id: uuid.UUID) -> LiveProject | None:
        return LiveProject.objects.filter(pk=object_id).first()

    def values(self, row: LiveProject) -> dict[str, str]:
        parts = row.participants.select_related("employer").order_by("part", "employer__name", "id")
        others = row.other_institutes.select_related("other").order_by("other__name")
        return {
            "title": row.title,
            "funder": row.funder,
            "reference": row.reference,
            "time": " to ".join(filter(None, [day(row.starts_on), day(row.ends_on)])),
            "employers": "\n".join(f"{part.employer.name}, {part.get_part_display()}" for part in parts),
            "institutes": "\n".join(each.other.name for each in others),
        }


def _talks(employer: Employer) -> str:
    """How many of each kind since the academic year began, and nothing of what was said."""
    began = london_instant(academic_year_starts(today()), dt.time())
    talks = Engagement.objects.filter(employer=employer, happened_at__gte=began).exclude(kind=Engagement.Kind.NOTE)
    counts = dict(talks.order_by().values_list("kind").annotate(count=Count("id")))
    told = [f"{label.lower()}: {counts[kind]}" for kind, label in Engagement.Kind.choices if counts.get(kind)]
    return f"{academic_year(today())}: {sum(counts.values())}" + (f" ({', '.join(told)})" if told else "")


def _needs(employer: Employer) -> list[str]:
    """What is open, without why something was closed."""
    needs = SkillsNeed.objects.open().filter(employer=employer).order_by("needed_by", "id")[:MOST_NEEDS]
    return [f"{need.headcount} × {need.roles}, level {need.level}, by {day(need.needed_by)}" for need in needs]


def _people(employer: Employer) -> list[str]:
    people = Contact.objects.still_there().filter(employer=employer).prefetch_related("roles")[:MOST_PEOPLE]
    told = []
    for person in people:
        roles = [role.get_role_display() for role in person.roles.all() if role.is_in_force]
        told.append(", ".join(filter(None, [person.name, person.job_title, *roles])))
    return told
