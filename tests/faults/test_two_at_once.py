"""Two who do the same at one moment, with real commits: the second finds what the first has written."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, NotFound
from employers.actions import (
    add_contact,
    add_follow_up,
    change_tier,
    define_tier,
    make_promise,
    merge_employers,
    name_tag,
    rename_tag,
)
from employers.actions.governance import name_body
from employers.actions.projects import add_project, join_project
from employers.models import (
    Body,
    Contact,
    CurriculumInput,
    FollowUp,
    ProjectEmployer,
    Promise,
    SkillsNeed,
    Tag,
    Tier,
)
from sponsorships.actions.funds import open_fund
from sponsorships.models import Agreement, Contribution, Fund
from tests.factories.agreements import make_draft
from tests.factories.contributions import make_contribution
from tests.factories.employers import make_employer
from tests.factories.facts import make_curriculum_input, make_skills_need
from tests.second_session import waiting_for_us


class Naming:
    """What gives a name to something new, or to what is called otherwise so far."""

    def tag(self, name):
        return name_tag(name=name, by=None)

    def other_tag(self, name):
        return rename_tag(tag=Tag.objects.get(name="Other"), name=name, by=None)

    def tier(self, label):
        return define_tier(label=label, scale="core", by=None)

    def other_tier(self, label):
        return change_tier(tier=Tier.objects.get(label="Other"), label=label, scale="core", position=1, by=None)

    def body(self, name):
        return name_body(name=name, by=None)

    def other_body(self, name):
        return name_body(name=name, body=Body.objects.get(name="Other"), by=None)

    def fund(self, name):
        return open_fund(name=name, kind="general", starts_on=dt.date(2026, 9, 1), by=None)


ONE_IS_TOLD = [
    ("tag", "other_tag", "name"),
    ("tier", "tier", "label"),
    ("tier", "other_tier", "label"),
    ("body", "body", "name"),
    ("body", "other_body", "name"),
    ("fund", "fund", "name"),
]


def at_once(institute, first, second, name):
    with institute_context(institute.id):
        made = getattr(Naming(), first)(name)
        other = waiting_for_us(institute, lambda: getattr(Naming(), second)(name.upper()))
    return made, other


def test_of_two_who_give_one_name_at_once_the_second_shares_the_tag_or_is_told_at_the_field(committed, yhiot):
    with institute_context(yhiot.id):
        for kind in ("tag", "tier", "body"):
            getattr(Naming(), kind)("Other")
    made, other = at_once(yhiot, "tag", "tag", "Host")
    assert other.result() == made
    for number, (first, second, field) in enumerate(ONE_IS_TOLD):
        _, other = at_once(yhiot, first, second, f"Name {number}")
        with pytest.raises(Conflict) as refused:
            other.result()
        assert refused.value.field == field, second
    with institute_context(yhiot.id):
        assert [model.objects.count() for model in (Tag, Tier, Body, Fund)] == [3, 3, 3, 1]
        assert [model.objects.filter(**{f: "Other"}).count() for model, f in ((Tag, "name"), (Tier, "label"))] == [1, 1]


def test_nothing_is_added_to_an_employer_that_is_merged_at_that_moment(committed, yhiot, people):
    by = people.partnership_manager

    def contact(employer):
        return add_contact(employer=employer, name="Jo Marsh", by=by)

    def follow_up(employer):
        return add_follow_up(employer=employer, title="Call Jo", due_on=today(), owner=by, by=by)

    def promise(employer):
        return make_promise(employer=employer, side="ours", what="The outline", due_on=today(), owner=by, by=by)

    def partner(employer):
        return join_project(project=project, employer=employer, by=by)

    def gift(employer):
        return make_contribution(by, employer)

    def agreement(employer):
        return make_draft(by, [yhiot], employer)

    with institute_context(yhiot.id):
        project = add_project(title="Rural broadband", funder="DSIT", by=by)
    every_way = (contact, follow_up, promise, make_skills_need, make_curriculum_input, partner, gift, agreement)
    for add in every_way:
        with institute_context(yhiot.id):
            kept, merged = make_employer(), make_employer()
        with institute_context(yhiot.id):
            merge_employers(kept=kept, merged=merged, by=by)
            other = waiting_for_us(yhiot, lambda add=add, merged=merged: add(merged))
        with pytest.raises(NotFound, match="no longer exists"):
            other.result()
    with institute_context(yhiot.id):
        added = (Contact, FollowUp, Promise, SkillsNeed, CurriculumInput, ProjectEmployer, Contribution, Agreement)
        assert [model.objects.count() for model in added] == [0] * len(added)
