"""Compare institutes and the network lead's My day."""

import csv
import io

import pytest
from django.utils.html import escape

from crm.base.context import NETWORK_ID, institute_context
from crm.core.registry import network_figures
from crm.identity.models import Institute
from crm.identity.roles import Role
from crm.network.publishing import publish
from sponsorships.rollups import fold_fund_usage
from tests.browser import in_every_look
from tests.factories.employers import make_employer
from tests.factories.funds import make_fund
from tests.factories.identity import give_role, make_user
from tests.queries import own_queries
from tests.reading import line_of, sheets_of, text_of

PAGE_QUERIES = 5  # session, person, roles; figures, institutes


@pytest.fixture
def network(yhiot) -> Institute:
    return Institute.objects.get(id=NETWORK_ID)


@pytest.fixture
def lead(network):
    user = make_user("Ingrid Solberg")
    give_role(user, network, Role.NETWORK_LEAD)
    return user


@pytest.fixture
def told(inside, yhiot, liot):
    """Two institutes that have published: three employers in play in one, none in the other."""
    for _ in range(3):
        make_employer(stage="active")
    publish(yhiot.id)
    publish(liot.id)


@pytest.fixture
def client(client_for, lead, network):
    return client_for(lead, network)


def rows(client, query=""):
    comparison = client.get(f"/network/{query}").context["comparison"]
    return [(row.institute.code, row.values[0]) for row in comparison.rows]


def test_the_page_shows_every_institute_with_its_published_numbers(client, told):
    assert rows(client) == [("liot", 0), ("yhiot", 3)]
    html = client.get("/network/").content.decode()
    for figure in network_figures:
        if figure.group == "employers":
            assert escape(figure.definition) in html
    assert "Employers in play: Yorkshire &amp; Humber IoT 3." in html


def test_the_table_sorts_by_name_and_by_any_figure_with_the_unpublished_last(client, told):
    Institute.objects.create(code="new", name="A new one", short_name="New")
    assert rows(client, "?sort=employers-in-play") == [("liot", 0), ("yhiot", 3), ("new", None)]
    assert rows(client, "?sort=-employers-in-play") == [("yhiot", 3), ("liot", 0), ("new", None)]
    assert rows(client, "?sort=-name") == [("yhiot", 3), ("liot", 0), ("new", None)]


@pytest.mark.parametrize("query", ["?group=nonsense", "?sort=evil", "?figure=x&sort=-", "?group=money&sort=%00"])
def test_a_strange_link_still_answers(client, told, query):
    assert client.get(f"/network/{query}").status_code == 200


def test_a_figure_is_drawn_when_asked_for(client, told, inside, yhiot):
    path = "/network/?group=money-in-all&figure=received-in-all"
    assert "No institute has anything here yet." in client.get(path).content.decode()
    make_fund(1_234_50)
    fold_fund_usage()
    publish(yhiot.id)
    assert "Received in all: Yorkshire &amp; Humber IoT £1,234.50." in client.get(path).content.decode()


def test_a_number_counted_by_an_older_definition_is_not_compared(client, told, monkeypatch):
    monkeypatch.setattr(network_figures["employers-in-play"], "version", 2)
    assert rows(client) == [("liot", None), ("yhiot", None)]


def test_an_institute_that_is_no_longer_live_is_left_out(client, told, liot):
    liot.is_live = False
    liot.save()
    assert rows(client) == [("yhiot", 3)]


def test_before_anything_is_published_both_pages_say_so(client, yhiot):
    for path in ("/network/", "/"):
        html = client.get(path).content.decode()
        assert "No figures yet" in html
        assert "<table" not in html


def test_my_day_of_a_network_lead_shows_a_few_figures_of_every_institute(client, told):
    html = client.get("/").content.decode()
    assert "2 of 2 institutes have published figures" in html
    assert "/i/network/network/" in html
    assert "Lincolnshire IoT" in html


@pytest.mark.parametrize("more", [0, 5])
def test_the_page_asks_the_same_number_of_queries_whatever_it_shows(client, told, more):
    for number in range(more):
        publish(Institute.objects.create(code=f"i{number}", name=f"I {number}", short_name=f"I {number}").id)
    client.get("/network/")
    with own_queries() as asked:
        client.get("/network/")
    assert len(asked) == PAGE_QUERIES, "\n".join(asked)


def test_the_page_is_for_network_leads_in_the_network_alone(client_for, told, people, lead, network, yhiot):
    for role in ("director", "institute_administrator", "auditor"):
        assert client_for(getattr(people, role), yhiot).get("/network/").status_code == 403
    misplaced = people.network_lead  # the right, given in an institute
    assert client_for(misplaced, yhiot).get("/network/").status_code == 404
    assert "Institutes</h2>" not in client_for(misplaced, yhiot).get("/").content.decode()
    assert client_for(lead, yhiot).get("/").status_code == 404
    assert client_for(people.director, network).get("/network/").status_code == 404


def test_the_files_hold_the_table_as_it_is_sorted_on_the_page(client, told):
    query = "?group=employers&sort=-employers-in-play"
    page = client.get(f"/network/{query}")
    shown = [[row.institute.short_name, *row.values] for row in page.context["comparison"].rows]
    labels = ["Institute", *(figure.label for figure in page.context["comparison"].figures)]
    assert shown[0][:2] == ["Yorkshire & Humber IoT", 3]
    assert escape(page.context["csv_url"]) in page.content.decode()
    written = client.get(page.context["csv_url"]).content.decode("utf-8-sig")
    cells = [["" if value is None else str(value) for value in row] for row in shown]
    assert list(csv.reader(io.StringIO(written))) == [labels, *cells]
    assert sheets_of(client.get(page.context["xlsx_url"]).content)["Institutes compared Employers"] == [labels, *shown]
    body = client.get(page.context["pdf_url"]).content
    words = ["–" if value is None else f"{value:,}" for value in shown[0][1:]]
    assert line_of(body, "Yorkshire & Humber IoT") == " ".join(words)
    assert "How each is counted" in text_of(body)


def test_files_of_the_network_are_the_network_leads_alone(client_for, told, people, yhiot, network):
    for end in ("csv", "xlsx", "pdf"):
        assert client_for(people.director, yhiot).get(f"/network/compare.{end}").status_code == 403
        assert client_for(people.director, network).get(f"/network/compare.{end}").status_code == 404


@pytest.mark.browser
def test_the_pages_are_accessible(open_page, network, lead, yhiot, liot):
    with institute_context(yhiot.id):
        make_employer(stage="active")
    for institute in (yhiot, liot):
        publish(institute.id)
    in_every_look(open_page, "/network/?group=money", "network-compare", lead, network)
    in_every_look(open_page, "/", "network-home", lead, network)
