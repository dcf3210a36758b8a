"""What employers keep of a person, and how mail knows them."""

import re
import uuid
from typing import Any

from django.db.models import Max, Q
from django.db.models.functions import Now

from crm.audit.actions import erase_personal
from crm.base.clock import today
from crm.core import search
from crm.core.personal_data import ERASED, Person, PersonalData, TextAbout
from crm.core.registry import personal_data, recipients
from crm.core.reports import Cell
from crm.mail.standing import Recipient
from employers.actions.governance import change_seat
from employers.models import (
    Contact,
    ContactRole,
    CurriculumInput,
    Employer,
    Engagement,
    FollowUp,
    Promise,
    Seat,
    SkillsNeed,
)
from employers.reads.doubts import files_near
from employers.reads.facts import seats_held
from employers.reads.subscribers import class_of_contact
from employers.rollups import index_employer


@recipients.register
class Contacts:
    """Who of the employers' people a message may go to."""

    name = "employers.contact"

    def look_up(self, contact_id: uuid.UUID) -> Recipient | None:
        """None for a row that is not there."""
        contact = Contact.objects.select_related("employer__organisation", "provider").filter(pk=contact_id).first()
        if contact is None:
            return None
        gone = "they were erased" if contact.erased_at else "they are no longer there" if _has_left(contact) else ""
        return Recipient(contact.person_id, class_of_contact(contact).subscriber, gone)


def _has_left(contact: Contact) -> bool:
    return contact.left_on is not None and contact.left_on <= today()


@personal_data.register
class Records(PersonalData):
    name, label, order = "employers.records", "Who they are", 10
    heads = ("Where", "Name", "Job title", "E-mail", "Phone", "From", "Until")
    fate = "The name becomes “Erased person”; address, number and job title go. Where they were, and when, stays."
    texts = (
        TextAbout(Employer, "notes", "Notes about the employer", employer="pk"),
        TextAbout(CurriculumInput, "what_changed", "What a course changed", dated="proposed_on"),
        TextAbout(CurriculumInput, "evidence", "What shows that a course changed", dated="proposed_on"),
        TextAbout(CurriculumInput, "reason", "Why a course did not change", dated="proposed_on"),
        TextAbout(SkillsNeed, "reason", "Why a skills need was closed", dated="needed_by"),
    )

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        rows = Contact.objects.filter(pk__in=person.contact_ids).select_related("employer", "provider").order_by("id")
        return [
            (str(r.employer or r.provider), r.name, r.job_title, r.email, r.phone, r.joined_on, r.left_on) for r in rows
        ]

    def erase(self, person: Person, by: Any) -> int:
        """The roles they hold end today; they are found by search no more."""
        rows = Contact.objects.filter(pk__in=person.contact_ids)
        nobody = {"name": ERASED, "email": "", "email_domain": "", "phone": "", "job_title": ""}
        changed = rows.update(erased_at=Now(), **nobody)
        rows.filter(left_on__isnull=True).update(left_on=today())
        ContactRole.objects.filter(contact__in=person.contact_ids).end_on(today())
        for row in rows.select_related("employer__organisation"):
            search.unindex(kind="contact", object_id=row.pk)
            if row.employer:
                index_employer(row.employer)
        return changed


@personal_data.register
class Roles(PersonalData):
    name, label, order = "employers.roles", "What they were to the institute", 20
    heads = ("Where", "Role", "From", "Until")
    fate = "Stays without the name."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        roles = ContactRole.objects.filter(contact__in=person.contact_ids)
        roles = roles.select_related("contact__employer", "contact__provider").order_by("starts_on", "id")
        return [
            (str(r.contact.employer or r.contact.provider), r.get_role_display(), r.starts_on, r.ends_on) for r in roles
        ]


@personal_data.register
class Conversations(PersonalData):
    name, label, order = "employers.conversations", "Conversations with them or about them", 30
    heads = ("When", "Kind", "With", "What was noted", "Noted by")
    fate = "Stays, with names, addresses and numbers of theirs taken out of the text."
    texts = (TextAbout(Engagement, "summary", "Conversation", dated="happened_at"),)

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        theirs = Q(links__contact__in=person.contact_ids)
        for name in person.names:  # only where they were: elsewhere the name may be somebody else's
            theirs |= Q(summary__icontains=name, employer__contacts__in=person.contact_ids)
        talks = Engagement.objects.filter(theirs).distinct().select_related("employer", "by")
        return [
            (t.happened_at, t.get_kind_display(), t.employer.name, t.summary, t.by.name)
            for t in talks.order_by("happened_at", "id")
        ]

    def erase(self, person: Person, by: Any) -> int:
        """Of conversations they took part in the name goes even where others have it too."""
        taken_part = Engagement.objects.filter(links__contact__in=person.contact_ids).distinct()
        return sum(_without_name(talk, "summary", person, by) for talk in taken_part)


@personal_data.register
class NextSteps(PersonalData):
    name, label, order = "employers.next_steps", "Next steps that name them", 35
    heads = ("Due", "What", "Whose", "Done")
    fate = "Stays, with names, addresses and numbers of theirs taken out of the text."
    texts = (
        TextAbout(FollowUp, "title", "Next step", dated="due_on"),
        TextAbout(FollowUp, "dropped_reason", "Why a next step was dropped", dated="due_on"),
    )

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        theirs = Q(subject_type="employers.contact", subject_id__in=person.contact_ids)
        for name in person.names:
            theirs |= Q(title__icontains=name, employer__contacts__in=person.contact_ids)
        steps = FollowUp.objects.filter(theirs).distinct().select_related("owner").order_by("due_on", "id")
        return [(s.due_on, s.title, s.owner.name, s.done_at) for s in steps]

    def erase(self, person: Person, by: Any) -> int:
        about_them = FollowUp.objects.filter(subject_type="employers.contact", subject_id__in=person.contact_ids)
        return sum(_without_name(step, "title", person, by) for step in about_them)


@personal_data.register
class Promises(PersonalData):
    name, label, order = "employers.promises", "Promises with them or about them", 36
    heads = ("Due", "Who promised", "What", "Employer", "State")
    fate = "Stays, with names, addresses and numbers of theirs taken out of the text."
    texts = (
        TextAbout(Promise, "what", "Promise", dated="due_on"),
        TextAbout(Promise, "reason", "Why a promise was let go", dated="due_on"),
    )

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        theirs = Q(contact__in=person.contact_ids)
        for name in person.names:
            theirs |= Q(what__icontains=name, employer__contacts__in=person.contact_ids)
        found = Promise.objects.filter(theirs).distinct().select_related("employer").order_by("due_on", "id")
        return [(p.due_on, p.get_side_display(), p.what, p.employer.name, p.get_state_display()) for p in found]

    def erase(self, person: Person, by: Any) -> int:
        theirs = Promise.objects.filter(contact__in=person.contact_ids)
        return sum(_without_name(promise, field, person, by) for promise in theirs for field in ("what", "reason"))


@personal_data.register
class Seats(PersonalData):
    name, label, order = "employers.seats", "Seats they held, and how often they came", 37
    heads = ("Body", "For", "As", "From", "Until", "Came to", "Of so many meetings")
    fate = "Stays without the name; what is still held ends today."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        held = seats_held().filter(contact__in=person.contact_ids).order_by("starts_on", "id")
        return [
            (s.body.name, s.employer.name, s.get_role_display(), s.starts_on, s.ends_on, s.came_to, s.could_come)
            for s in held
        ]

    def erase(self, person: Person, by: Any) -> int:
        return sum(self._end(contact_id, by) for contact_id in person.contact_ids)

    def leave(self, contact_id: uuid.UUID, by: Any) -> None:
        """Seats end with the day they left, or with the last meeting at which they were counted; one that was to begin
        later ends as it begins."""
        self._end(contact_id, by)

    def _end(self, contact_id: uuid.UUID, by: Any) -> int:
        held = Seat.objects.filter(contact=contact_id).overlapping(today(), None).select_related("contact")
        held = list(held.annotate(counted_on=Max("attendance__meeting__held_on")))
        for seat in held:
            days = (seat.contact.left_on or today(), seat.starts_on, seat.counted_on or seat.starts_on)
            change_seat(seat=seat, ends_on=max(days), by=by)
        return len(held)


@personal_data.register
class Files(PersonalData):
    name, label, order = "employers.files", "Files with the records of where they were", 38
    heads = ("File", "With", "Kind", "Added")
    fate = "Stay unless you tick them below: nobody has read what is inside. Look into each."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        return [(f.name, f.employer.name, f.label, f.added_at) for f in files_near(person)]


def _without_name(row: Any, field: str, person: Person, by: Any) -> bool:
    """Take the whole name out of one text, and out of its earlier values in the audit."""
    text = getattr(row, field)
    for name in person.names:
        words = r"\s+".join(re.escape(word) for word in name.split())
        text = re.sub(rf"(?<!\w){words}(?!\w)", "[erased]", text, flags=re.IGNORECASE)
    if text == getattr(row, field):
        return False
    type(row).objects.filter(pk=row.pk).update(**{field: text})
    erase_personal(table=row._meta.db_table, row_id=row.pk, by=by)
    return True
