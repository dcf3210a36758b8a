"""What the record page shows of an employer beside its timeline and its panels."""

from dataclasses import dataclass

from crm.core.together import read_together
from employers.models import Contact, ContactRole, Employer, FollowUp, Tag

MOST_STEPS = 20


@dataclass(frozen=True)
class Shown:
    """Who is still there, each with `held`, the names of the roles they hold today; what is to be done; the tags;
    and the rows that were merged into the employer."""

    people: list[Contact]
    steps: list[FollowUp]
    tags: list[Tag]
    merged: list[Employer]


def of_record(employer: Employer) -> Shown:
    """The rows of the page itself, in one query."""
    found = read_together(
        {
            "people": Contact.objects.still_there().filter(employer=employer),
            "roles": ContactRole.objects.in_force().filter(contact__employer=employer),
            "steps": FollowUp.objects.open().filter(employer=employer).select_related("owner")[:MOST_STEPS],
            "merged": Employer.with_merged.filter(merged_into=employer),
            "tags": Tag.objects.filter(links__employer=employer).order_by("name", "id"),
        }
    )
    held: dict[object, list[str]] = {}
    for role in found["roles"]:
        held.setdefault(role.contact_id, []).append(role.get_role_display())
    for person in found["people"]:
        person.held = held.get(person.pk, [])
    return Shown(found["people"], found["steps"], found["tags"], found["merged"])
