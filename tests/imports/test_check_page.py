"""The rows of a checked file, gone through by a person."""

import pytest

from crm.imports.kinds import candidate
from crm.imports.models import ImportJob, ImportRow
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
    [told] = row.candidates
    assert told.pop("likeness") == pytest.approx(0.8, abs=0.02)
    assert told == {"id": str(ours.id), "name": ours.name, "reason": "similar name", "perhaps": True}
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
    [told] = row["candidates"]
    assert (told["id"], told["perhaps"], told["likeness"] > 0.75) == (str(ours.id), True, True)
    taken = api.post(f"imports/{job.pk}/choose/", {"number": 2, "choice": str(ours.id)}).json()
    assert (taken["verdict"], taken["target_id"]) == ("update", str(ours.id))


def checked_before(by, likenesses):
    """A checked file whose rows, from the second on, are each as like our employer as said; None: not at all."""
    job = ImportJob.objects.create(kind="employers", state="checked", by=by, total_rows=len(likenesses))
    rows, employer = [], make_employer("Ours")
    for number, likeness in enumerate(likenesses, start=2):
        row = ImportRow(job=job, number=number, cells=[], facts={"name": f"Row {number}"}, verdict="new")
        if likeness:
            told = candidate(employer.pk, f"Ours {number}", "similar name", perhaps=True, likeness=likeness)
            row.candidates = [told]
        rows.append(row)
    ImportRow.objects.bulk_create(rows)
    return job


def test_the_likeliest_suggestions_stand_first(inside, client_for, yhiot):
    job = checked_before(inside, [0.78, 0.71, 0.85, None, 0.78])
    page = text_of(client_for(inside, yhiot).get(f"/imports/{job.pk}/?show=perhaps"))
    places = [page.index(f"Ours {number}") for number in (4, 2, 6, 3)]
    assert places == sorted(places) and "Row 5" not in page


def test_a_program_reads_suggestions_in_the_order_of_the_file(inside, api_for, yhiot):
    job = checked_before(inside, [0.71, 0.78, 0.85, None])
    rows = api_for(inside, yhiot).get(f"imports/{job.pk}/rows/?show=perhaps&after=2").json()
    assert [row["number"] for row in rows] == [3, 4]


@pytest.mark.parametrize(("taken", "following"), [(4, 2), (2, 6), (6, 3), (3, 6)])
def test_whoever_takes_a_suggestion_goes_on_at_the_next_likely_one(inside, client_for, yhiot, taken, following):
    job = checked_before(inside, [0.78, 0.71, 0.85, None, 0.78])
    sent = {"choice": job.rows.get(number=taken).candidates[0]["id"], "show": "perhaps"}
    answer = client_for(inside, yhiot).post(f"/imports/{job.pk}/rows/{taken}/choice/", sent)
    assert answer["Location"].endswith(f"?show=perhaps&page=1#row-{following}")


def test_the_page_of_the_next_likely_one_is_found_among_many(inside, client_for, yhiot):
    job = checked_before(inside, [*[0.71] * 52, 0.85])
    sent = {"choice": job.rows.get(number=51).candidates[0]["id"], "show": "perhaps"}
    answer = client_for(inside, yhiot).post(f"/imports/{job.pk}/rows/51/choice/", sent)
    assert answer["Location"].endswith("?show=perhaps&page=2#row-52")


def test_a_choice_that_comes_too_late_leads_back_to_the_import(inside, client_for, yhiot):
    job = checked_before(inside, [0.78])
    ImportJob.objects.filter(pk=job.pk).update(state="applied")
    answer = client_for(inside, yhiot).post(f"/imports/{job.pk}/rows/2/choice/", {"choice": "new", "show": "perhaps"})
    assert answer["Location"].endswith(f"/imports/{job.pk}/")


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
