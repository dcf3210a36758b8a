"""Pages by cursor: every row once, whatever comes and goes meanwhile."""

import datetime as dt

import pytest

from crm.base.context import institute_context
from employers.models import Employer
from tests.factories.employers import make_employer


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


def _walk(api, address, between=lambda page: None):
    """Ids in the order they came; `between` is called after each page."""
    found, cursor, page = [], None, 0
    while cursor is not None or page == 0:
        joint = "&" if "?" in address else "?"
        body = api.get(address + (f"{joint}cursor={cursor}" if cursor else "")).json()
        found += [row["id"] for row in body["items"]]
        cursor, page = body["next_cursor"], page + 1
        between(page)
    return found


SORTS = ["", "&sort=name", "&sort=-name", "&sort=last_contact", "&sort=-last_contact", "&q=works"]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_row_once_in_the_order_of_the_whole(sort, api, inside):
    days = [None, dt.date(2026, 1, 5), dt.date(2026, 1, 5), None, dt.date(2025, 3, 1), dt.date(2026, 2, 2), None]
    for number, day in enumerate(days):
        make_employer(f"Works {number % 3}", last_contact_on=day)
    whole = [row["id"] for row in api.get(f"employers/?page_size=100{sort}").json()["items"]]
    assert len(whole) == 7
    for size in (1, 2, 3, 7):
        assert _walk(api, f"employers/?page_size={size}{sort}") == whole, (sort, size)


def test_rows_that_come_and_go_neither_repeat_nor_hide_others(api, inside):
    stay = [make_employer(f"M{number}") for number in range(6)]
    made = []

    def meanwhile(page):
        made.append(make_employer(f"A{page}"))  # before the cursor
        made.append(make_employer("M2a" if page == 1 else f"Z{page}"))  # behind it
        Employer.objects.filter(pk=made[0].pk).delete() if page == 2 else None

        if page == 4:
            pytest.fail("the walk does not end") if len(made) > 40 else None

    seen = []
    cursor = None
    for page in range(1, 5):
        body = api.get("employers/?page_size=2" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [row["id"] for row in body["items"]]
        cursor = body["next_cursor"]
        meanwhile(page)
    seen += _walk(api, f"employers/?page_size=100&cursor={cursor}") if cursor else []
    assert [i for i in seen if i in {str(e.pk) for e in stay}] == [str(e.pk) for e in stay]
    assert len(seen) == len(set(seen))


def test_the_row_a_cursor_stands_on_may_go(api, inside):
    first, second, third = (make_employer(name) for name in ("A", "B", "C"))
    cursor = api.get("employers/?page_size=2").json()["next_cursor"]
    Employer.objects.filter(pk=second.pk).delete()
    assert [row["id"] for row in api.get(f"employers/?cursor={cursor}").json()["items"]] == [str(third.pk)]


def test_the_next_page_is_named_in_a_header_too(api, inside):
    make_employer("A"), make_employer("B")
    response = api.get("employers/?page_size=1&stage=prospect")
    url = response["Link"].removeprefix("<").split(">")[0]
    assert "stage=prospect" in url and "page_size=1" in url
    assert api.get(url).json()["items"][0]["name"] == "B"


def test_a_cursor_belongs_to_its_list_with_its_filters(api, inside):
    make_employer("A"), make_employer("B")
    cursor = api.get("employers/?page_size=1").json()["next_cursor"]
    assert api.get(f"employers/?page_size=50&cursor={cursor}").status_code == 200
    for other in (f"employers/?sort=-name&cursor={cursor}", f"contacts/?cursor={cursor}"):
        refused = api.get(other)
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "cursor")
    assert api.get(f"employers/?cursor={cursor[:-1]}").status_code == 400


def test_another_institutes_rows_are_on_no_page(api, inside, liot):
    make_employer("A")
    with institute_context(liot.id):
        make_employer("B")
    assert len(_walk(api, "employers/?page_size=1")) == 1
