"""What the tables themselves refuse, whatever writes to them."""

import pytest
from django.db import IntegrityError, transaction

from crm.base.context import institute_context
from crm.identity.models import Provider
from employers.models import Contact, Employer, FollowUp
from tests.factories.employers import make_contact, make_employer, make_organisation, make_tier


def test_a_contact_is_refused_when_it_belongs_to_nobody_or_to_two(inside):
    school = Provider.objects.create(name="Hill School", kind="school", urn="100001")
    for facts in ({}, {"employer": make_employer(), "provider": school}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.create(name="Jo Marsh", **facts)
    assert not Contact.objects.exists()


def test_an_address_is_refused_when_the_institute_has_it_in_another_case(inside):
    make_contact(email="jo@quickline.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_contact(email="JO@quickline.example")
    assert Contact.objects.count() == 1


def test_an_employer_cannot_take_the_tier_of_another_institute(inside, liot):
    with institute_context(liot.id):
        theirs = make_tier()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_employer(tier=theirs)


def test_one_organisation_is_one_employer_in_an_institute_and_may_be_in_each(inside, liot):
    organisation = make_organisation()
    make_employer(organisation=organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_employer(organisation=organisation)
    with institute_context(liot.id):
        make_employer(organisation=organisation)
        assert Employer.objects.count() == 1


def test_a_dropped_follow_up_must_be_closed(inside):
    employer = make_employer()
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.create(
            subject_type="employers.employer",
            subject_id=employer.id,
            title="Call",
            due_on="2026-11-23",
            owner=inside,
            dropped_reason="They moved away",
        )
