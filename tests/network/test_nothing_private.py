"""A network lead sees numbers. Every text an institute holds is a canary, every page is asked for, none may sing."""

import io
import re
import zipfile
from collections.abc import Iterator

import pypdfium2
import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from crm.base.context import NETWORK_ID
from crm.identity.models import Institute
from crm.identity.roles import Role
from crm.network.publishing import publish
from employers.models import Employer
from tests.factories.identity import give_role, make_institute, make_user
from tests.network.canaries import Planter

_PART = re.compile(r"<(?:(\w+):)?\w+>")
OUTSIDE = ("accounts/", "portal/")  # answer outside an institute


@pytest.fixture
def planted(committed) -> Planter:
    planter = Planter(make_institute("yhiot"))
    planter.plant()
    publish(planter.institute.id)
    return planter


@pytest.fixture
def lead(planted, client_for):
    network = Institute.objects.get(id=NETWORK_ID)
    user = make_user("Ingrid Solberg")
    give_role(user, network, Role.NETWORK_LEAD)
    return client_for(user, network)


def routes(resolver: URLResolver | None = None, start: str = "") -> Iterator[str]:
    """Every address of the site; what is matched by a regular expression is allauth's alone."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = start + getattr(entry.pattern, "_route", "")
        if isinstance(entry, URLPattern):
            if hasattr(entry.pattern, "_route"):
                yield route
        else:
            yield from routes(entry, route)


def filled(route: str, pk: object) -> str:
    words = {"uuid": str(pk), "challenge_state": "open", "yes_or_no": "yes", "int": "1"}
    return "/" + _PART.sub(lambda part: words.get(part[1] or "str", "employers"), route)


def singing(response) -> set[str]:
    """Every canary in an answer, its headers included."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return set(re.findall(r"zq\d{3}\w*", _text_of(body) + str(response.headers)))


def _text_of(body: bytes) -> str:
    """What a reader of the page or the file would see."""
    if body.startswith(b"PK"):  # Excel
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return "\n".join(parts.read(name).decode() for name in parts.namelist())
    if body.startswith(b"%PDF"):
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body))
    return body.decode()


def test_the_institutes_own_people_hear_the_canaries(planted, client_for):
    """Or silence would prove nothing."""
    assert len(planted.texts) > 100
    director = make_user("Hannah Bell")
    give_role(director, planted.institute, Role.DIRECTOR)
    client = client_for(director, planted.institute)
    for path, column in (
        ("/employers/", "Employer.name"),
        ("/reports/funds.csv", "Fund.name"),
        ("/reports/funds.xlsx", "Fund.name"),
    ):
        assert column in {planted.texts.get(text) for text in singing(client.get(path))}


def test_no_private_text_of_an_institute_reaches_a_network_lead(planted, lead):
    pages = [*routes()]
    assert len(pages) > 90
    answered, found = 0, set()
    for route in pages:
        for pk in (planted.id, planted.institute.id):
            response = lead.get(filled(route, pk))
            found |= {(route, planted.texts[text]) for text in singing(response) & set(planted.texts)}
            answered += response.status_code == 200
    assert found == set()
    assert answered >= 5


def test_a_number_of_that_institute_does_reach_the_network_lead(planted, lead):
    comparison = lead.get("/network/").context["comparison"]
    assert [row.values[0] for row in comparison.rows if row.institute == planted.institute] == [1]


def test_every_page_inside_an_institute_is_unknown_to_a_network_lead(planted, lead):
    for route in routes():
        if not route.startswith(OUTSIDE):
            path = f"/i/{planted.institute.code}{filled(route, planted.ids[Employer])}"
            # The API knows no session, so it answers a person who is signed in as it answers a stranger.
            assert lead.get(path).status_code == (401 if route.startswith("api/v1/") else 404), path
