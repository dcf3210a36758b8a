"""Employers."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.errors import DomainError
from crm.base.names import normalise_company_number
from crm.core.api.fields import Answer, Body, Choice, Day, Flag, Moment, Person, Ref, Refs, Text
from crm.core.api.operations import acts, asks, changes, creates
from crm.core.api.resources import Resource
from crm.core.reference.shipped import IS8_SECTORS, SIC_SECTIONS
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from crm.web.timeline import Line
from employers.actions import (
    DuplicateEmployer,
    add_employer,
    change_employer,
    change_stage,
    link_organisation,
    set_tags,
)
from employers.api.health import HealthAnswer, HealthShort
from employers.api.lists import TagAnswer
from employers.api.registers import OrganisationShort, TierShort
from employers.forms import EmployerFilters
from employers.forms.fields import RuledField, one_line
from employers.models import Employer, Tag, Tier
from employers.reads.duplicates import Candidate, possible_duplicates
from employers.reads.employer_list import Beside, beside, employers_shown, one_with_beside
from employers.reads.health import HealthShown, health_of
from employers.reads.people import colleagues
from employers.reads.redirects import left_of
from employers.reads.timeline import FILTERS, Mark, timeline
from employers.validators import clean_postcode, clean_website


class NextFollowUp(Answer):
    """The open follow-up that is due first."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    due_on = serializers.DateField()


class EmployerAnswer(Answer):
    """An organisation that the institute works with or would like to."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    stage = Choice(Employer.Stage.choices)
    tier = TierShort(allow_null=True)
    owner = Person(allow_null=True)
    organisation = OrganisationShort(allow_null=True)
    sector = serializers.CharField(help_text="In the institute's words.")
    is8_sector = Choice([("", ""), *IS8_SECTORS.items()])
    sic_section = Choice([("", ""), *SIC_SECTIONS.items()])
    size_band = Choice([("", ""), *Employer.SizeBand.choices])
    website = serializers.CharField()
    town = serializers.CharField()
    postcode = serializers.CharField()
    local_authority = serializers.CharField(help_text="Of the postcode's district, where the reference lists know it.")
    region = serializers.CharField(help_text="Of the postcode's district where it is known, else as typed.")
    lsip_area = serializers.CharField(help_text="Of the postcode's district, where the reference lists know it.")
    tags = TagAnswer(many=True)
    since_on = serializers.DateField(allow_null=True)
    last_contact_on = serializers.DateField(allow_null=True)
    is_quiet = serializers.BooleanField(
        help_text="In play, and nobody spoke to them for as long as the institute's rules say."
    )
    health = HealthShort(source="judged")
    next_follow_up = NextFollowUp(allow_null=True)
    notes = serializers.CharField()
    created_at = Moment()
    updated_at = Moment()


class EmployerFacts(Body):
    """Facts of an employer; those left out stay as they are."""

    name = Text()
    tier = Ref(lambda: Tier.objects.all(), required=False, allow_null=True)
    owner = Ref(colleagues, required=False, allow_null=True)
    sector = Text(required=False, max_length=80)
    is8_sector = Choice(list(IS8_SECTORS.items()), required=False, allow_blank=True)
    sic_section = Choice(list(SIC_SECTIONS.items()), required=False, allow_blank=True)
    size_band = Choice(Employer.SizeBand.choices, required=False, allow_blank=True)
    website = Text(required=False)
    town = Text(required=False, max_length=100)
    postcode = Text(required=False, max_length=20)
    region = Text(required=False, max_length=40)
    since_on = Day(required=False, allow_null=True)
    notes = Text(required=False, max_length=4000)


class NewEmployer(EmployerFacts):
    """`legal_name` is needed when the register lacks the company number."""

    stage = Choice(Employer.Stage.choices, required=False)
    company_number = Text(required=False, max_length=20)
    legal_name = Text(required=False)
    confirmed = Flag(required=False, help_text="Add it though candidates were named. Never over an equal number.")


class StageBody(Body):
    stage = Choice(Employer.Stage.choices)


class TagsBody(Body):
    tags = Refs(lambda: Tag.objects.all())


class LinkBody(Body):
    company_number = Text(max_length=20)
    legal_name = Text(required=False)


class CandidateAnswer(Answer):
    """An employer that may be the same, and why."""

    id = serializers.UUIDField(source="employer.id")
    name = serializers.CharField(source="employer.name")
    reasons = serializers.ListField(child=serializers.CharField())
    is_certain = serializers.BooleanField()
    is_other_company = serializers.BooleanField(help_text="Both have a company number, and they differ.")


class HappeningAnswer(Answer):
    """One line of the timeline."""

    happened_at = Moment()
    title = serializers.CharField()
    who = serializers.CharField()
    text = serializers.CharField()
    people = serializers.ListField(child=serializers.CharField())
    why = serializers.CharField(help_text="What an automatic message told its reader.")
    cursor = serializers.CharField(source="mark", help_text="Send it as `before` to go on from here.")


class TimelineQuery(forms.Form):
    only = forms.ChoiceField(required=False, choices=FILTERS.items(), help_text="Everything when left out.")
    before = forms.CharField(required=False, max_length=100, help_text="The `cursor` of a line: what came before it.")


class DuplicateQuery(forms.Form):
    """What is known of somebody who may be there already."""

    name = RuledField(one_line("name"))
    company_number = RuledField(normalise_company_number, required=False)
    website = RuledField(clean_website, required=False)
    postcode = RuledField(clean_postcode, required=False)


@api_resources.register
class Employers(Resource):
    """Organisations that the institute works with or would like to."""

    path, label, order = "employers", "Employers", 10
    permission = Permission.SEE_EMPLOYERS
    answer = EmployerAnswer
    filter_class = EmployerFilters
    has_candidates = has_redirects = True
    derived = ("health", "next_follow_up", "is_quiet")

    def rows(self) -> QuerySet[Employer]:
        return Employer.objects.visible_to(self.user).with_quiet().select_related("organisation", "owner", "tier")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Employer]:
        return employers_shown(self.user, filters).select_related("organisation", "owner", "tier")

    def get_row(self, id: uuid.UUID) -> Employer:
        row, found = one_with_beside(self.rows(), id)
        if row is None:
            return super().get_row(id)
        self._add(found, [row])
        return row

    def complete(self, rows: Sequence[Employer]) -> None:
        missing = [row for row in rows if not hasattr(row, "judged")]  # get_row brings everything
        if missing:
            self._add(beside(missing), missing)

    def _add(self, found: Beside, rows: Sequence[Employer]) -> None:
        for row in rows:
            row.next_follow_up, row.tags = found.steps.get(row.pk), found.tags.get(row.pk, [])
            row.judged = found.health[row.pk]

    def moved_to(self, id: uuid.UUID) -> uuid.UUID:
        return left_of([id])[id]

    def members_of(self, refusal: DomainError) -> dict[str, Any]:
        if not isinstance(refusal, DuplicateEmployer):
            return {}
        return {"candidates": CandidateAnswer(refusal.candidates, many=True).data}

    @creates(NewEmployer, permission=Permission.EDIT_EMPLOYERS)
    def create(self, facts: dict[str, Any]) -> Employer:
        """Add an employer.

        Refused with candidates (409) when one like it exists: use one of them, or send `confirmed`.
        """
        return add_employer(by=self.user, **facts)

    @changes(EmployerFacts, permission=Permission.EDIT_EMPLOYERS)
    def change(self, employer: Employer, facts: dict[str, Any]) -> Employer:
        """Change facts of an employer."""
        return change_employer(employer=employer, by=self.user, **facts)

    @acts("stage", permission=Permission.EDIT_EMPLOYERS, body=StageBody)
    def change_stage(self, employer: Employer, facts: dict[str, Any]) -> Employer:
        """Move an employer to another stage."""
        return change_stage(employer=employer, by=self.user, **facts)

    @acts("link", permission=Permission.EDIT_EMPLOYERS, body=LinkBody)
    def link(self, employer: Employer, facts: dict[str, Any]) -> Employer:
        """Link an employer to the legal entity it is."""
        return link_organisation(employer=employer, by=self.user, **facts)

    @acts("tags", permission=Permission.EDIT_EMPLOYERS, body=TagsBody)
    def set_tags(self, employer: Employer, facts: dict[str, Any]) -> Employer:
        """Leave exactly these tags on an employer."""
        return set_tags(employer=employer, by=self.user, **facts)

    @asks("duplicates", permission=Permission.EDIT_EMPLOYERS, answer=CandidateAnswer, filters=DuplicateQuery)
    def duplicates(self, known: dict[str, Any]) -> list[Candidate]:
        """Ask which employers may be the one you are about to add."""
        return possible_duplicates(**known)

    @asks("health", permission=Permission.SEE_EMPLOYERS, answer=HealthAnswer, on_row=True)
    def health(self, employer: Employer) -> HealthShown:
        """Read how the relationship with an employer stands, with every reason and the row behind it."""
        return health_of(employer, may=self.request._request.may)

    @asks("timeline", permission=Permission.SEE_EMPLOYERS, answer=HappeningAnswer, filters=TimelineQuery, on_row=True)
    def timeline(self, employer: Employer, asked: dict[str, Any]) -> list[Line]:
        """Read 100 happenings with an employer, newest first, of one kind or of all."""
        may, before = self.request._request.may, Mark.read(asked["before"])
        return timeline(employer, may=may, only=asked["only"], before=before, limit=100)
