"""A few rows of several tables in one statement."""

import pytest
from django.db import IntegrityError, transaction

from crm.audit.models import AuditEntry
from crm.base.bulk import insert_together
from crm.base.ids import new_id
from employers.models import EmployerTag, Tag
from tests.factories.employers import make_employer
from tests.queries import own_queries


def test_rows_that_point_at_each_other_are_written_at_once_and_audited(inside, yhiot):
    employer, tag = make_employer(), Tag(name="Mentor")
    links = [EmployerTag(employer=employer, tag=tag)]
    with own_queries() as asked:
        insert_together([*links, tag])  # the link before what it points at
    assert len(asked) == 1
    assert list(Tag.objects.all()) == [tag] and tag.institute_id == yhiot.id and not tag._state.adding
    assert [link.tag for link in employer.tag_links.all()] == [tag]
    audited = AuditEntry.objects.filter(row_id__in=[tag.pk, links[0].pk])
    assert sorted(audited.values_list("table_name", "action")) == [
        ("employers_employertag", "insert"),
        ("employers_tag", "insert"),
    ]


def test_nothing_is_written_when_one_row_cannot_be(inside):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together([Tag(name="Mentor"), EmployerTag(employer=make_employer(), tag_id=new_id())])
    assert not Tag.objects.exists()


def test_no_rows_ask_nothing(inside):
    with own_queries() as asked:
        insert_together([])
    assert asked == []
