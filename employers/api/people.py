"""A person beyond one employer: where they went, how they may be written to, and what they may ask for."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.base.clock import moment_on
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Ref, Text
from crm.core.api.operations import acts, asks
from crm.identity.models import Provider
from crm.identity.roles import Permission
from crm.mail.actions import note_preference
from crm.mail.preferences import Basis, Channel, Purpose
from employers.actions import erase_person, export_person, move_contact
from employers.models import Contact, Employer, RightsEntry
from employers.reads.persons import CONTACT, writing_to
from employers.reads.rights import Inventory, inventory, person_of, sections_of


class MoveBody(Body):
    """Where they are now: exactly one of `employer` and `provider`. What is not sent is not known there."""

    employer = Ref(lambda: Employer.objects.all(), required=False)
    provider = Ref(lambda: Provider.objects.all(), required=False)
    joined_on = Day(required=False)
    email = Text(required=False, max_length=254)
    phone = Text(required=False, max_length=30)
    job_title = Text(required=False, max_length=120)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("employer" in attrs) == ("provider" in attrs):
            raise ValidationError({"employer": ["Send either employer or provider."]}, code="one_of")
        return attrs


class StandingAnswer(Answer):
    """One purpose on one channel, and why."""

    purpose = Choice(Purpose.choices)
    channel = Choice(Channel.choices)
    allowed = serializers.BooleanField()
    why = serializers.CharField()


class WordAnswer(Answer):
    """What they said once. The latest word counts; after a refusal only a consent."""

    purpose = Choice(Purpose.choices)
    channel = Choice(Channel.choices)
    basis = Choice(Basis.choices)
    source = serializers.CharField()
    said_at = Moment()


class WritingAnswer(Answer):
    """May they be written to. `subscriber` is "corporate" or "individual" (PECR 2003 regulation 2)."""

    subscriber = serializers.CharField(source="line.subscriber")
    subscriber_why = serializers.CharField(source="line.why")
    standings = StandingAnswer(many=True)
    said = WordAnswer(many=True)


class WordBody(Body):
    purpose = Choice(Purpose.choices)
    channel = Choice(Channel.choices)
    basis = Choice(Basis.choices)
    source = Text(max_length=200)
    said_on = Day(required=False)


class SectionAnswer(Answer):
    """One kind of rows; each row is an object with the kind's own keys."""

    name = serializers.CharField()
    rows = serializers.ListField(child=serializers.DictField())


class DoubtAnswer(Answer):
    """A text that says one word of a name. An erasure blanks it out only when it names its key."""

    key = serializers.CharField()
    where = serializers.CharField()
    before = serializers.CharField()
    word = serializers.CharField()
    after = serializers.CharField()


class HeldFileAnswer(Answer):
    """A file with the record of an employer they are or were at."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class HeldAnswer(Answer):
    """All that is held of a person. `seen` stands for what this answer shows: an erasure names it."""

    name = serializers.CharField()
    sections = SectionAnswer(many=True)
    texts = serializers.IntegerField()
    name_is_shared = serializers.BooleanField()
    doubts = DoubtAnswer(
        many=True, help_text="Texts in which one word of the name stands alone: for a person to judge."
    )
    files = HeldFileAnswer(many=True, help_text="Files of where they were: nobody reads what is inside.")
    seen = serializers.CharField()


class ExportBody(Body):
    reason = Choice(RightsEntry.Reason.choices, required=False)


class EraseBody(Body):
    """`seen` comes from erasure-preview: what was added since is shown before it is erased."""

    reason = Choice(RightsEntry.Reason.choices)
    seen = Text(max_length=64)
    blank = serializers.ListField(child=Text(), required=False, max_length=2000, help_text="Keys of doubts.")
    remove = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=500, help_text="Ids of files."
    )


class RightsAnswer(Answer):
    """That it was done, without a word about who they were."""

    id = serializers.UUIDField()
    kind = Choice(RightsEntry.Kind.choices)
    reason = Choice(RightsEntry.Reason.choices)
    at = Moment()
    counts = serializers.DictField(child=serializers.IntegerField())


class PersonOperations:
    """Mixed into the contacts."""

    @acts("move", permission=Permission.EDIT_EMPLOYERS, body=MoveBody, status=201)
    def move(self, contact: Contact, facts: dict[str, Any]) -> Contact:
        """Say that a person has moved on. Answers with their row at the new place; the old one ends that day."""
        return move_contact(contact=contact, by=self.user, **facts)

    @asks("writing", permission=Permission.SEE_EMPLOYERS, answer=WritingAnswer, on_row=True)
    def writing(self, contact: Contact) -> Any:
        """May they be written to, for what, how, and why."""
        return writing_to(contact)

    @acts("note-preference", permission=Permission.EDIT_EMPLOYERS, body=WordBody, answer=WritingAnswer)
    def note_preference(self, contact: Contact, facts: dict[str, Any]) -> Any:
        """Keep what they said about being written to. Earlier words stay."""
        day = facts.pop("said_on", None)
        said_at = moment_on(day) if day else None
        whom = {"person_type": CONTACT, "person_id": contact.person_id}
        note_preference(**whom, **facts, said_at=said_at, by=self.user)
        return writing_to(contact)

    @acts("export", permission=Permission.ERASE_PEOPLE, body=ExportBody, answer=HeldAnswer)
    def export(self, contact: Contact, facts: dict[str, Any]) -> Any:
        """Hand out all that is held of the person; that it was is kept."""
        return _held(export_person(contact=contact, by=self.user, **facts))

    @asks("erasure-preview", permission=Permission.ERASE_PEOPLE, answer=HeldAnswer, on_row=True)
    def erasure_preview(self, contact: Contact) -> Any:
        """What an erasure would go over."""
        return _held(inventory(person_of(contact)))

    @acts("erase", permission=Permission.ERASE_PEOPLE, body=EraseBody, answer=RightsAnswer)
    def erase(self, contact: Contact, facts: dict[str, Any]) -> RightsEntry:
        """Take who they are out of everything. This cannot be undone."""
        return erase_person(contact=contact, by=self.user, **facts)


def _held(held: Inventory) -> dict[str, Any]:
    return {
        "name": held.person.name,
        "sections": sections_of(held),
        "texts": held.texts,
        "name_is_shared": held.name_is_shared,
        "doubts": held.doubts,
        "files": held.files,
        "seen": held.digest,
    }
