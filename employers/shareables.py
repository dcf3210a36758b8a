"""What of an employer can be shared: facts of the partnership, and who is there; never an address or a note."""

import uuid
from typing import ClassVar

from crm.core.registry import shareables
from crm.network.sharing import Shareable, ShareField, day
from employers.models import Contact, Employer

MOST_PEOPLE = 50


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
        ShareField("tier", "Level of partnership"),
        ShareField("since", "Partner since"),
        ShareField("last_contact", "Last contact"),
        ShareField("owner", "Who looks after them"),
        ShareField("people", "Who is there, and their roles"),
    )

    def find(self, object_id: uuid.UUID) -> Employer | None:
        """One that was merged is shared as what it became."""
        rows = Employer.with_merged.select_related("organisation", "tier", "owner")
        row = rows.filter(pk=object_id).first()
        return rows.filter(pk=row.merged_into_id).first() if row and row.merged_into_id else row

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
            "owner": row.owner.name if row.owner else "",
            "people": "\n".join(_people(row)),
        }


def _people(employer: Employer) -> list[str]:
    people = Contact.objects.still_there().filter(employer=employer).prefetch_related("roles")[:MOST_PEOPLE]
    told = []
    for person in people:
        roles = [role.get_role_display() for role in person.roles.all() if role.is_in_force]
        told.append(", ".join(filter(None, [person.name, person.job_title, *roles])))
    return told
