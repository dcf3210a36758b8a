"""The rows of a checked file, gone through by a person."""

import pytest

from employers.models import Employer
from tests.factories.employers import make_employer, make_organisation
from tests.imports.steps import checked, counts, go
from tests.imports.test_pages import text_of
from tests.queries import own_queries

MISSPELT = "Quikline Comunication Netwrks"  # less like the name than what is asked about


@pytest.fixture
def ours(inside) -> Employer:
    return make_employer("Quickline Communications Limited")


@pytest.fixture
def job(ours, inside):
    return checked(inside, f"Name,Town\n{MISSPELT},Hessle\nFesto,Leeds\n".encode())


def test_a_name_a_little_like_ours_is_new_unless_somebody_says_otherwise(job, ours, inside):
    row = job.rows.get(number=2)
    assert (row.verdict, job.tally["perhaps"]) == ("new", 1)
    told = {"id": str(ours.id), "name": ours.name, "reason": "similar name", "perhaps": True}
    assert row.candidates == [told]
    assert job.rows.get(number=3).candidates == []
    assert counts(go(job, inside)) == (2, 2, 0, 0, 0)


def test_another_company_by_its_number_is_not_suggested(inside):
    theirs = make_organisation("Quickline Communications Limited", "06823498")
    make_employer("Quickline Communications Limited", organisation=theirs)
    job = checked(inside, f"Name,Company number\n{MISSPELT},01026167\n".encode())
    assert job.rows.get().candidates == []


def test_the_suggestion_is_taken_in_one_click_and_taken_back(job, ours, inside, client_for, yhiot):
    client = client_for(inside, yhiot)
    page = text_of(client.get(f"/imports/{job.pk}/?show=perhaps"))
    assert f"{MISSPELT} New Perhaps Quickline Communications Limited: similar name" in page
    assert "It is this one" in page and "Festo" not in page
    answer = client.post(f"/imports/{job.pk}/rows/2/choice/", {"choice": str(ours.id), "show": "perhaps"})
    assert answer["Location"].endswith(f"/imports/{job.pk}/")  # none is left, so on to what is to be seen next
    job.refresh_from_db()
    assert (job.rows.get(number=2).verdict, job.tally["perhaps"]) == ("update", 0)
    client.post(f"/imports/{job.pk}/rows/2/choice/", {"choice": "", "show": "update"})
    job.refresh_from_db()
    assert (job.rows.get(number=2).verdict, job.tally["perhaps"]) == ("new", 1)


def test_a_program_reads_and_takes_the_suggestion(job, ours, inside, api_for, yhiot):
    api = api_for(inside, yhiot)
    (row,) = api.get(f"imports/{job.pk}/rows/?show=perhaps").json()
    assert [(one["id"], one["perhaps"]) for one in row["candidates"]] == [(str(ours.id), True)]
    taken = api.post(f"imports/{job.pk}/choose/", {"number": 2, "choice": str(ours.id)}).json()
    assert (taken["verdict"], taken["target_id"]) == ("update", str(ours.id))


def test_many_suggestions_take_no_more_questions_than_a_few(inside, ours):
    def asked(letters):
        with own_queries() as found:
            job = checked(inside, "\n".join(["Name", *(f"{MISSPELT} {letter}" for letter in letters)]).encode())
        return len(found), job.tally["perhaps"]

    (few, two), (many, eight) = asked("ab"), asked("abcdefgh")
    assert (two, eight) == (2, 8)
    assert few == many


def test_people_of_an_employer_a_little_like_ours_are_told_which(ours, inside):
    job = checked(inside, f"Name,Employer\nJo,{MISSPELT}\n".encode(), kind="contacts", name="people.csv")
    (fault,) = job.rows.get().faults
    assert fault["reason"] == (
        f"We have no employer called “{MISSPELT}”. If it is Quickline Communications Limited, write that; else import"
        " it first."
    )


@pytest.fixture
def long_list(inside):
    """Sixty rows without a name, so that the last stand on a second page."""
    return checked(inside, b"Name,Town\n" + b",Hull\n" * 60)


@pytest.mark.parametrize(
    ("number", "typed", "place"),
    [
        (5, "Festo", "?show=problem&page=1#row-6"),
        (52, "", "?show=problem&page=2#row-52"),  # still a problem
        (54, "Festo", "?show=problem&page=2#row-55"),
        (61, "Festo", "?show=problem&page=2#row-60"),  # the last: back to the one before
    ],
)
def test_whoever_mends_a_row_goes_on_where_it_stood(long_list, inside, client_for, yhiot, number, typed, place):
    client = client_for(inside, yhiot)
    sent = {"fix-name": typed, "show": "problem"}
    answer = client.post(f"/imports/{long_list.pk}/rows/{number}/fix/", sent)
    assert answer["Location"].endswith(f"/imports/{long_list.pk}/{place}")
    assert f'id="{place.partition("#")[2]}"' in client.get(answer["Location"].partition("#")[0]).content.decode()


def test_a_refused_choice_leads_back_to_its_row(long_list, inside, client_for, yhiot):
    sent = {"choice": "nonsense", "show": "problem"}
    answer = client_for(inside, yhiot).post(f"/imports/{long_list.pk}/rows/9/choice/", sent)
    assert answer["Location"].endswith("?show=problem&page=1#row-9")
