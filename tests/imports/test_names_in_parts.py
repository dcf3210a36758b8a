"""A person's name in two columns of a file."""

import pytest

from crm.base.errors import DomainError
from crm.imports.words import joined
from employers.models import Contact
from tests.factories.employers import make_contact, make_employer
from tests.imports.steps import applied, checked, counts, uploaded
from tests.imports.test_pages import text_of

PEOPLE = b"""Forename,Surname,E-mail,Company
Fay,Holt,fay@quickline.example,Quickline
Cher,,,Quickline
n/a,Marsh,,Quickline
,,,Quickline
"""


@pytest.fixture
def quickline(inside):
    return make_employer("Quickline")


@pytest.mark.parametrize(
    ("whole", "first", "surname", "name"),
    [
        ("", "Fay", "Holt", "Fay Holt"),
        ("", "", "Holt", "Holt"),
        ("", "Fay", "", "Fay"),
        ("Fay Holt", "Fay", "Holt", "Fay Holt"),
        ("Holt, Fay", "", "Holt", "Holt, Fay"),
        ("Fay", "", "Holt", "Fay Holt"),
        ("Fay", "fay", "Holt", "Fay Holt"),
        ("Oliver", "", "Li", "Oliver Li"),
        ("F. Holt-Marsh", "Fay", "Holt", "F. Holt-Marsh"),
        ("F. H.", "Fay", "Holt", "F. H."),
        ("", "", "", ""),
    ],
)
def test_a_name_is_put_together_of_what_columns_hold(whole, first, surname, name):
    assert joined(whole, [first, surname]) == name


def test_people_whose_name_is_in_two_columns_come_in_and_a_second_time_nothing_changes(quickline, inside):
    job = applied(inside, PEOPLE, kind="contacts")
    assert counts(job) == (4, 3, 0, 0, 1)
    assert set(Contact.objects.values_list("name", flat=True)) == {"Fay Holt", "Cher", "Marsh"}
    assert job.rows.get(number=4).notes == ["First name: “n/a” counts as nothing."]
    (fault,) = job.rows.get(number=5).faults
    assert (fault["field"], fault["reason"]) == ("name", "Name is missing.")
    assert counts(applied(inside, PEOPLE, kind="contacts"))[1:] == (0, 0, 3, 1)


def test_a_changed_surname_is_one_change_of_the_name(quickline, inside):
    make_contact(quickline, "Fay Marsh", email="fay@quickline.example")
    job = checked(inside, PEOPLE, kind="contacts", overwrites=True)
    assert job.rows.get(number=2).changes == {"name": ["Fay Marsh", "Fay Holt"]}


def test_the_page_needs_a_column_for_the_name_or_for_a_part_of_it(quickline, inside, client_for, yhiot):
    job, client = uploaded(inside, PEOPLE, kind="contacts"), client_for(inside, yhiot)
    form = client.get(f"/imports/{job.pk}/").context["form"]
    assert [bound.name for bound in form.matched()][:2] == ["column-first_name", "column-surname"]
    assert "column-name" in [bound.name for bound in form.others()]
    path = f"/imports/{job.pk}/columns/"
    refused = client.post(path, {"column-employer": 3})
    assert refused.status_code == 422 and "Say which column holds: name." in text_of(refused)
    assert "column-name" in [bound.name for bound in refused.context["form"].matched()]
    assert refused.context["form"].fields["column-name"].required
    assert client.post(path, {"column-surname": 1, "column-employer": 3}).status_code == 302


def test_a_name_typed_over_is_taken_as_it_is(quickline, inside, client_for, yhiot):
    job = checked(inside, PEOPLE, kind="contacts")
    client_for(inside, yhiot).post(f"/imports/{job.pk}/rows/2/fix/", {"fix-name": "Fay"})
    assert job.rows.get(number=2).facts["name"] == "Fay"


def test_a_program_matches_the_parts_by_name(quickline, inside):
    with pytest.raises(DomainError, match="which column holds: name"):
        checked(inside, PEOPLE.replace(b"Forename,Surname", b"A,B"), kind="contacts")
    job = checked(
        inside, PEOPLE.replace(b"Forename,Surname", b"A,B"), kind="contacts", columns={"first_name": 0, "surname": 1}
    )
    assert job.rows.get(number=2).facts["name"] == "Fay Holt"
