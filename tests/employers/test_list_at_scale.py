"""The list of employers as a tool: every filter, pages by cursor, columns, and files of what it shows."""

import datetime as dt
import io
import re

import pytest
from openpyxl import load_workbook

from crm.base.clock import today
from crm.base.context import institute_context
from employers.models import Employer, EmployerHealth, EmployerTag, Tag
from employers.views import lists
from tests.factories.employers import make_employer, make_tier
from tests.queries import own_queries


def shown(client, query=""):
    html = client.get(f"/employers/{query}").content.decode()
    return re.findall(r"data-row>([^<]+)</a>", html)


def days_ago(days):
    return today() - dt.timedelta(days=days)


@pytest.fixture
def three(inside):
    """Three employers, of which each filter finds one."""
    alpha = make_employer(
        "Alpha", is8_sector="defence", sic_section="C", size_band="250-499", region="Wales", lsip_area="Solent",
        local_authority="Cardiff", last_contact_on=days_ago(3), owner=inside, tier=make_tier(),
    )  # fmt: skip
    beta = make_employer("Beta", is8_sector="digital", region="London", last_contact_on=days_ago(31))
    gamma = make_employer("Gamma", size_band="1-9", last_contact_on=days_ago(91))
    EmployerHealth.objects.filter(employer=beta).update(level="quiet")
    return alpha, beta, gamma


@pytest.fixture
def tagged(three):
    alpha, beta, _ = three
    host, mentor = Tag.objects.create(name="T Level host"), Tag.objects.create(name="Mentor")
    EmployerTag.objects.create(employer=alpha, tag=host)
    EmployerTag.objects.create(employer=alpha, tag=mentor)
    EmployerTag.objects.create(employer=beta, tag=host)
    return host, mentor


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?is8_sector=defence", ["Alpha"]), ("?sic_section=C", ["Alpha"]), ("?size_band=250-499", ["Alpha"]),
        ("?region=London", ["Beta"]), ("?lsip_area=Solent", ["Alpha"]), ("?local_authority=Cardiff", ["Alpha"]),
        ("?contact=30", ["Alpha"]), ("?contact=31-90", ["Beta"]), ("?contact=over-90", ["Gamma"]),
        ("?contact=never", []), ("?health=quiet", ["Beta"]), ("?owner=none", ["Beta", "Gamma"]),
        ("?tier=none", ["Beta", "Gamma"]), ("?region=London&is8_sector=defence", []), ("?contact=nonsense", []),
        ("?sort=-region", ["Alpha", "Beta", "Gamma"]), ("?health=x", []), ("?tag=x", []),
    ],
)  # fmt: skip
def test_each_filter_finds_what_it_names(three, manager, query, found):
    assert shown(manager, query) == found


def test_an_employer_has_every_tag_that_is_asked_for(tagged, manager):
    host, mentor = tagged
    assert shown(manager, f"?tag={host.pk}") == ["Alpha", "Beta"]
    assert shown(manager, f"?tag={host.pk}&tag={mentor.pk}") == ["Alpha"]


def test_the_filters_in_force_stand_above_the_rows_each_with_its_way_out(tagged, manager):
    page = manager.get(f"/employers/?region=Wales&tag={tagged[0].pk}&sort=-name")
    assert {chip["text"]: chip["url"] for chip in page.context["chips"]} == {
        "Region: Wales": f"?tag={tagged[0].pk}&sort=-name",
        "Tag: T Level host": "?region=Wales&sort=-name",
    }


@pytest.mark.parametrize("sort", ["name", "-name", "last_contact", "-last_contact", "sector", "-region", "changed"])
def test_pages_by_cursor_show_every_employer_once_in_both_directions(inside, manager, monkeypatch, sort):
    monkeypatch.setattr(lists, "PER_PAGE", 3)
    monkeypatch.setattr(lists, "FURTHEST", 2)
    for number in range(11):
        make_employer(
            f"Employer {number % 4}",
            sector=f"S{number % 3}",
            last_contact_on=days_ago(number % 3) if number % 2 else None,
        )
    everybody = [e.pk for e in lists.employer_list.employers_shown(inside, {"sort": sort})]
    there, query, pages = [], f"?sort={sort}", []
    while query:
        page = manager.get(f"/employers/{query}").context["page"]
        there += [row.pk for row in page.rows]
        pages.append((page.start, page.end))
        query, last = page.after and f"?{page.after}", page
    assert there == everybody
    assert pages == [(1, 3), (4, 6), (7, 9), (10, 11)]
    third = manager.get(f"/employers/?{last.before}").context["page"]
    assert [row.pk for row in third.rows] == everybody[6:9]
    second = manager.get(f"/employers/?{third.before}").context["page"]
    assert [row.pk for row in second.rows] == everybody[3:6]


def test_a_cursor_of_other_filters_or_of_nobody_is_passed_over(inside, manager, monkeypatch):
    monkeypatch.setattr(lists, "PER_PAGE", 1)
    make_employer("Alpha", region="Wales")
    make_employer("Beta", region="Wales")
    link = manager.get("/employers/").context["page"].after
    assert shown(manager, f"?{link}&region=Wales") == ["Beta"]
    assert shown(manager, "?page=2&after=forged") == ["Beta"]
    assert shown(manager, "?page=99&before=forged") == ["Beta"]


def test_chosen_columns_stand_in_the_table_and_are_kept_in_this_browser(tagged, manager):
    html = manager.get("/employers/?col=region&col=tags&col=size_band&density=compact&keep=yes").content.decode()
    assert re.findall(r'<td data-label="([^"]+)"', html)[:3] == ["Tags", "Size", "Region"]
    assert "250 to 499" in html
    assert "T Level host" in html
    again = manager.get("/employers/").context
    assert [column.name for column in again["columns"]] == ["tags", "size_band", "region"]
    assert again["density"] == "compact"
    assert [column.name for column in manager.get("/employers/?col=owner").context["columns"]] == ["owner"]


def test_a_csv_file_holds_what_the_filter_shows_and_no_formula(committed, yhiot, people, client_for):
    with institute_context(yhiot.id):
        make_employer('=HYPERLINK("http://evil.example")', region="Wales", size_band="1-9")
        make_employer("Beta", region="London")
    manager = client_for(people.partnership_manager, yhiot)
    answer = manager.get("/employers/employers.csv?region=Wales&col=region&col=size_band&col=next_step")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Employer,Next step,Due,Size,Region",
        '"\'=HYPERLINK(""http://evil.example"")",,,1 to 9,Wales',
    ]


def test_a_workbook_holds_every_column_of_every_employer_shown(tagged, manager):
    every = "&".join(f"col={name}" for name in lists.COLUMNS)
    book = load_workbook(io.BytesIO(manager.get(f"/employers/employers.xlsx?contact=30&{every}").content))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0]]
    head = next(row for row in rows if row[0] == "Employer")
    alpha = dict(zip(head, rows[-1], strict=True))
    assert alpha["Employer"] == "Alpha"
    assert alpha["Tags"] == "Mentor, T Level host"
    assert alpha["SIC section"] == "Manufacturing"
    assert "Beta" not in [row[0] for row in rows]


def test_who_may_not_see_reports_takes_no_list_away(three, client_for, people, yhiot):
    administrator = client_for(people.institute_administrator, yhiot)
    assert "Download" not in administrator.get("/employers/").content.decode()
    for name in ("employers.csv", "employers.xlsx"):
        assert administrator.get(f"/employers/{name}").status_code == 403


def test_a_file_is_refused_where_a_filter_is_not_understood(three, manager):
    answer = manager.get("/employers/employers.csv?sort=evil")
    assert answer.status_code == 302
    assert "text/csv" not in answer.headers.get("Content-Type", "")


def test_a_row_that_was_merged_is_in_no_list(three, manager):
    alpha, beta, _ = three
    Employer.objects.filter(pk=beta.pk).update(merged_into=alpha)
    assert shown(manager) == ["Alpha", "Gamma"]


def test_what_a_health_level_counts_is_what_it_lists(three, manager, inside):
    alpha, beta, gamma = three
    EmployerHealth.objects.filter(employer__in=[alpha, gamma]).update(level="quiet")
    Employer.objects.filter(pk=gamma.pk).update(merged_into=alpha)
    assert shown(manager, "?health=quiet") == ["Alpha", "Beta"]
    assert manager.get("/employers/?health=quiet").context["page"].count == 2
    assert manager.get("/employers/?health=quiet&region=London").context["page"].count == 1


def test_what_tags_and_a_health_level_count_is_what_they_list(three, manager):
    alpha, beta, gamma = three
    host, mentor = Tag.objects.create(name="T Level host"), Tag.objects.create(name="Mentor")
    for employer, tags in {alpha: [host, mentor], beta: [host], gamma: [host, mentor]}.items():
        EmployerTag.objects.bulk_create(EmployerTag(employer=employer, tag=tag) for tag in tags)
    EmployerHealth.objects.update(level="good")
    EmployerHealth.objects.filter(employer__in=[beta, gamma]).update(level="watch")
    Employer.objects.filter(pk=gamma.pk).update(merged_into=alpha)
    for query, names in {
        f"tag={host.pk}": ["Alpha", "Beta"],
        f"tag={host.pk}&tag={mentor.pk}": ["Alpha"],
        f"tag={host.pk}&tag={host.pk}&sort=-name": ["Beta", "Alpha"],
        f"tag={host.pk}&health=watch": ["Beta"],
        f"tag={mentor.pk}&health=watch": [],
        f"tag={host.pk}&view=mine&health=good": ["Alpha"],
        "tag=nonsense": [],
    }.items():
        assert shown(manager, f"?{query}") == names, query
        assert manager.get(f"/employers/?{query}").context["page"].count == len(names), query


def test_the_list_asks_the_same_queries_whatever_its_columns_and_filters_and_however_many_rows(three, manager):
    def count(query):
        with own_queries() as asked:
            assert manager.get(f"/employers/{query}").status_code == 200
        return len(asked)

    manager.get("/employers/")  # the first page of a session notes the visit
    every = "?" + "&".join(f"col={name}" for name in lists.COLUMNS)
    # session, person, roles; counts of the tabs, choices and kept views; the rows, what is beside them
    assert (count(""), count(every)) == (6, 6)
    assert (count("?health=quiet"), count("?region=Wales&contact=30")) == (7, 7)  # and how many are found
    assert count("?q=alpha") == 9  # and what the words mean
    for number in range(5):
        make_employer(f"Another {number}")
    assert (count(every), count("?health=quiet")) == (6, 7)
