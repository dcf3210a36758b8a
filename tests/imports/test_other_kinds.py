"""People, conversations and schools from files."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.identity.models import Provider
from crm.imports.actions import fix_row
from crm.mail.actions import note_preference
from employers.actions import add_follow_up, change_contact
from employers.models import Contact, Employer, Engagement, FollowUp
from tests.factories.employers import make_contact, make_employer
from tests.imports.steps import applied, checked, counts, go, undone

PEOPLE = (
    b"Full name,E-mail,Job title,Company,URN\nJo Smith,jo@quickline.example,Buyer,Quickline,\nAl Hill,,Head,,106653\n"
)
TALKS = b"Company;Date;Type;Notes;Next action\nQuickline;30/09/2024;Phone call;Laptops;call again in two weeks\n"
TALKS += b"Quickline;31/09/2024;Call;x;\nQuickline;1 Oct 2024 14:30;Seance;x;\n"
SCHOOLS = b"URN,SCHNAME,TOWN,ICLOSE\n106651,Darton College,Barnsley,2\n106653,Penistone Grammar School,Sheffield,1\n"


@pytest.fixture
def quickline(inside) -> Employer:
    return make_employer("Quickline")


def test_people_go_to_their_employer_or_school_and_a_second_time_nothing_changes(quickline, inside):
    school = Provider.objects.create(name="Penistone Grammar School", kind="school", urn="106653")
    job = applied(inside, PEOPLE, kind="contacts")
    assert counts(job) == (2, 2, 0, 0, 0)
    assert Contact.objects.get(name="Jo Smith").employer == quickline
    assert Contact.objects.get(name="Al Hill").provider == school
    assert counts(applied(inside, PEOPLE, kind="contacts")) == (2, 0, 0, 2, 0)
    assert counts(undone(job, inside)) == (2, 0, 0, 0, 2, 0, 0)
    assert not Contact.objects.exists()


def test_a_person_is_known_by_the_address_and_keeps_what_a_colleague_wrote(quickline, inside):
    person = make_contact(quickline, email="jo@quickline.example", name="Joanne Smith")
    change_contact(contact=person, job_title="Director", by=inside)
    job = checked(inside, PEOPLE.replace(b"106653", b""), kind="contacts")
    assert [row.verdict for row in job.rows.all()] == ["unchanged", "problem"]
    assert job.rows.first().notes == [
        *("Name: “Jo Smith” in the file; “Joanne Smith” stays.", "Job title: “Buyer” in the file; “Director” stays."),
    ]


def test_conversations_move_the_last_contact_and_start_next_steps_that_undo_takes_back(quickline, inside):
    job = checked(inside, TALKS, kind="engagements")
    assert "1 next steps are added; a reminder starts for each that is not done when it is due." in job.effects
    faults = [fault["label"] for row in job.rows.all() for fault in row.faults]
    assert faults == ["When", "Kind"]
    assert counts(go(job, inside)) == (3, 1, 0, 0, 2)
    quickline.refresh_from_db()
    assert quickline.last_contact_on == dt.date(2024, 9, 30)
    assert FollowUp.objects.get().due_on > today()
    assert counts(applied(inside, TALKS, kind="engagements"))[1:3] == (0, 0)
    assert counts(undone(job, inside))[-3:] == (1, 0, 2)
    quickline.refresh_from_db()
    assert (Engagement.objects.count(), quickline.last_contact_on) == (0, None)
    assert FollowUp.objects.open().count() == 0


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        ("32 December 2025", "“32 December 2025” is no date: December has 31 days. Write it as 31 December 2025."),
        ("31/02/2024", "“31/02/2024” is no date: February 2024 has 29 days. Write it as 29 February 2024."),
        (
            "2024-13-01",
            "“2024-13-01” is no date: there is no month 13. Write it with the month's name: 13 January 2024.",
        ),
        ("12 Foo 2024", "“12 Foo 2024” is not a date. Write it as 30/09/2024 or 2024-09-30."),
        ("30/09/2024 25:00", "“30/09/2024 25:00” has no time of day in it. Write it as 30/09/2024 14:05."),
    ],
)
def test_a_day_that_no_calendar_has_is_an_error_in_its_field(quickline, inside, day, refusal):
    talks = f"Employer,When,Kind,Notes\nQuickline,{day},Call,Hello\n".encode()
    (fault,) = checked(inside, talks, kind="engagements").rows.get().faults
    assert (fault["label"], fault["reason"]) == ("When", refusal)


def test_a_next_step_on_a_day_that_no_calendar_has_is_an_error_in_its_field(quickline, inside):
    talks = b"Employer,When,Kind,Notes,Next step\nQuickline,2024-09-30,Call,Hello,call by 31 June\n"
    (fault,) = checked(inside, talks, kind="engagements").rows.get().faults
    assert (fault["label"], fault["reason"]) == (
        "Next step",
        "“31 June” is no date: June has 30 days. Write it as 30 June.",
    )


def test_schools_join_the_shared_list_unless_they_are_closed(people, yhiot):
    coordinator = people.events_coordinator
    with institute_context(yhiot.id, user_id=coordinator.id):
        job = applied(coordinator, SCHOOLS, kind="schools")
        assert counts(job) == (2, 1, 0, 0, 1)
        assert job.rows.get(number=2).faults[0]["reason"] == "This school has closed."
        assert Provider.objects.get(urn="106653").town == "Sheffield"
        assert counts(applied(coordinator, SCHOOLS, kind="schools")) == (2, 0, 0, 1, 1)
        assert counts(undone(job, coordinator))[-3:] == (0, 1, 1)


def test_a_person_who_is_known_at_another_place_stays_there_and_the_rest_of_the_row_is_taken(quickline, inside):
    school = Provider.objects.create(name="Penistone Grammar School", kind="school", urn="106653")
    jo = make_contact(quickline, email="jo@quickline.example", name="Jo Smith")
    al = make_contact(provider=school, email="al@penistone.example", name="Al Hill")
    file = b"Name,E-mail,Job title,Company,URN\nJo Smith,jo@quickline.example,Buyer,,106653\n"
    job = checked(inside, file + b"Al Hill,al@penistone.example,Head,Quickline,\n", kind="contacts")
    assert [row.notes for row in job.rows.all()] == [
        ["School's URN: “106653” in the file; “Quickline” stays."],
        ["Employer: “Quickline” in the file; “Penistone Grammar School” stays."],
    ]
    assert counts(go(job, inside)) == (2, 0, 2, 0, 0)
    jo.refresh_from_db(), al.refresh_from_db()
    assert (jo.job_title, jo.employer, al.job_title, al.provider) == ("Buyer", quickline, "Head", school)


def test_an_undo_keeps_a_person_who_has_said_no_or_is_to_be_called_since(quickline, inside):
    lines = b"Al Hill,,Head,Quickline,\nBo Wu,,Buyer,Quickline,\n"
    job = applied(inside, PEOPLE.splitlines(keepends=True)[0] + lines, kind="contacts")
    said = {"purpose": "marketing", "channel": "email", "basis": "objection", "source": "by phone"}
    al, bo = Contact.objects.order_by("name")
    note_preference(person_type="employers.contact", person_id=al.pk, **said, by=inside)
    about = {"employer": quickline, "subject": ("employers.contact", bo.pk)}
    add_follow_up(title="Call her", due_on=today(), owner=inside, by=inside, **about)
    assert counts(undone(job, inside))[-3:] == (0, 2, 0)
    assert Contact.objects.count() == 2


def test_an_undo_leaves_a_next_step_that_a_colleague_added_under_the_same_words(quickline, inside):
    theirs = add_follow_up(title="Call again", due_on=today(), owner=inside, employer=quickline, by=inside)
    job = applied(inside, TALKS, kind="engagements")
    assert FollowUp.objects.open().count() == 2
    undone(job, inside)
    assert FollowUp.objects.open().get() == theirs


def test_a_next_step_whose_day_is_past_is_said_at_its_field_before_anything_is_written(quickline, inside):
    head, line = TALKS.splitlines()[:2]
    old = line.replace(b"call again in two weeks", b"send the draft by 14 October 2024")
    job = checked(inside, head + b"\n" + old + b"\n", kind="engagements")
    [fault] = job.rows.get().faults
    assert (fault["field"], fault["reason"]) == (
        "next_step",
        "14 October 2024 is past. Empty this cell, or write a day from today on.",
    )
    fixed = fix_row(job=job, number=2, values={"next_step": ""}, by=inside)
    assert fixed.verdict == "new"
