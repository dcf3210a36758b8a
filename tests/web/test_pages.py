"""The shell's own pages, without a browser."""

import re
import uuid
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import override_settings
from django.utils.html import escape

from crm.core.registry import Registry
from crm.core.search import index
from crm.identity.roles import ROLES, Permission, Role
from crm.web import shell
from crm.web.views import palette
from tests.factories.identity import give_role, make_user


def test_home_leads_into_the_only_institute_a_person_works_in(client_for, yhiot, people) -> None:
    response = client_for(people.director).get("/", follow=True)
    assert response.redirect_chain[-1] == ("/i/yhiot/", 302)


def test_home_leads_a_sponsors_contact_to_the_portal(client_for, yhiot, people) -> None:
    response = client_for(people.sponsor_contact).get("/", follow=True)
    assert ("/portal/", 302) in response.redirect_chain


def test_home_asks_a_stranger_to_sign_in(client_for, db) -> None:
    response = client_for().get("/")
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SPONSOR_CONTACT])
def test_home_greets_every_role_by_name(client_for, yhiot, people, role) -> None:
    user = getattr(people, role.value)
    html = client_for(user, yhiot).get("/").content.decode()
    assert html.count("<h1") == 1
    assert f", {user.name.split()[0]}</h1>" in html
    assert role.label in html


def test_switcher_lists_the_institutes_of_somebody_who_works_in_two(client_for, yhiot, liot, people) -> None:
    user = people.director
    give_role(user, liot, Role.AUDITOR)
    html = client_for(user, yhiot).get("/").content.decode()
    assert 'href="/i/liot/"' in html
    assert 'href="/i/yhiot/" aria-current="true"' in html


def test_a_page_that_lives_elsewhere_marks_the_entry_it_belongs_to(client_for, yhiot, people) -> None:
    html = client_for(people.finance_officer, yhiot).get("/sponsorships/payments/").content.decode()
    sidebar = html.partition('aria-label="Main"')[2].partition("</nav>")[0]
    marked = set(re.findall(r'href="([^"]*)" aria-current="page"', sidebar))
    assert marked == {"/i/yhiot/sponsorships/funds/"}


def test_the_phones_bar_leads_everywhere_the_sidebar_does(client_for, yhiot, people) -> None:
    html = client_for(people.institute_administrator, yhiot).get("/").content.decode()
    sidebar, _, bar = html.partition('aria-label="On the phone"')
    links = re.compile(r'<a href="(/i/yhiot/[^"]*)"')
    wanted = links.findall(sidebar.partition('aria-label="Main"')[2].rpartition("</nav>")[0])
    assert len(wanted) > 5 and set(wanted) <= set(links.findall(bar.partition("</nav>")[0]))


def test_sidebar_shows_only_what_a_person_may_open(client_for, yhiot, people) -> None:
    assert "/i/yhiot/settings/roles/" in client_for(people.director, yhiot).get("/").content.decode()
    with mock.patch.dict(ROLES, {Role.DIRECTOR: ROLES[Role.SPONSOR_CONTACT]}):
        assert client_for(people.director, yhiot).get("/settings/roles/").status_code == 403


def test_panel_is_shown_to_those_who_may_see_it_and_left_out_when_it_has_nothing_to_say(rf, monkeypatch) -> None:
    panels = Registry("panel", required=("slot", "permission", "template", "context"))
    for name, answer in (("Loud", {"said": "Thank Siemens"}), ("Silent", None)):
        attributes = {
            "slot": "home",
            "permission": Permission.SEE_HOME,
            "template": "web/toasts.html",
            "context": lambda self, request, subject, answer=answer: answer and {"messages": [answer["said"]]},
        }
        panels.register(type(name, (), attributes))
    monkeypatch.setattr(shell, "panels", panels)
    request = rf.get("/")
    request.user, request.may = make_user.__class__, lambda permission: True
    request._messages = []
    assert shell.shown_panels(request, "home").html.count("Thank Siemens") == 1
    assert shell.shown_panels(request, "employer").html == ""
    request.may = lambda permission: False
    assert shell.shown_panels(request, "home").html == ""


def test_roles_page_shows_the_table_the_views_obey(client_for, yhiot, people) -> None:
    html = client_for(people.auditor, yhiot).get("/settings/roles/").content.decode()
    for permission in Permission:
        assert (escape(permission.value) in html) == (permission is not Permission.SIGN_IN)
    given = sum(len(entry.permissions - {Permission.SIGN_IN}) for entry in ROLES.values())
    assert html.count(">Yes<") == given


def test_theme_is_remembered_and_rendered_by_the_server(client_for, yhiot, people) -> None:
    client = client_for(people.director, yhiot)
    response = client.post("/theme/", {"theme": "dark", "next": "/i/yhiot/settings/roles/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/i/yhiot/settings/roles/")
    assert '<html lang="en-GB" data-theme="dark">' in client.get("/").content.decode()
    client.post("/theme/", {"theme": "purple"})
    assert "data-theme=" not in client.get("/").content.decode().split("<body")[0]


def test_theme_does_not_redirect_to_another_site(client_for, db) -> None:
    response = client_for().post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_single_keys_can_be_switched_off(client_for, yhiot, people) -> None:
    client = client_for(people.director, yhiot)
    client.post("/shortcuts/", {"single_keys": "off"})
    assert client.cookies["single_keys"].value == "off"
    assert "Switch single keys on" in client.get("/shortcuts/").content.decode()


class TestSearch:
    """Search and palette over one indexed thing."""

    @pytest.fixture(autouse=True)
    def quickline(self, inside) -> uuid.UUID:
        object_id = uuid.uuid4()
        index(kind="employer", object_id=object_id, title="Quickline Communications", subtitle="Hessle")
        return object_id

    @pytest.mark.parametrize("path", ["/search/", "/search/palette/"])
    def test_a_thing_is_found_by_a_misspelt_name(self, client_for, yhiot, people, quickline, path) -> None:
        html = client_for(people.partnership_manager, yhiot).get(path, {"q": "quikline"}).content.decode()
        assert f"/i/yhiot/employers/{quickline}/" in html

    @pytest.mark.parametrize("path", ["/search/", "/search/palette/"])
    def test_another_institute_finds_nothing(self, client_for, liot, people, quickline, path) -> None:
        html = client_for(people.at(liot).partnership_manager, liot).get(path, {"q": "quickline"}).content.decode()
        assert str(quickline) not in html

    def test_a_role_without_the_right_finds_nothing(self, client_for, yhiot, people, quickline, monkeypatch) -> None:
        for source in palette.search_sources:
            monkeypatch.setattr(source, "permission", Permission.PAY_BURSARIES)
        html = client_for(people.partnership_manager, yhiot).get("/search/", {"q": "quickline"}).content.decode()
        assert str(quickline) not in html

    def test_palette_offers_pages_before_anything_is_typed(self, client_for, yhiot, people) -> None:
        html = client_for(people.auditor, yhiot).get("/search/palette/").content.decode()
        assert 'data-href="/i/yhiot/settings/roles/"' in html
        assert html.count('aria-selected="true"') == 1

    def test_palette_leads_to_the_search_page_when_nothing_matches(self, client_for, yhiot, people) -> None:
        html = client_for(people.auditor, yhiot).get("/search/palette/", {"q": "zz&<"}).content.decode()
        assert 'data-href="/i/yhiot/search/?q=zz%26%3C"' in html
        assert "zz&amp;&lt;" in html


class TestRefusals:
    """Real status codes, words that say what to do, nothing that tells foreign from unknown."""

    def test_an_unknown_page_answers_404(self, client_for, yhiot, people) -> None:
        response = client_for(people.director, yhiot).get("/no/such/page/")
        assert response.status_code == 404
        assert "There is no such page" in response.content.decode()

    def test_another_institute_answers_like_one_that_does_not_exist(self, client_for, yhiot, liot, people) -> None:
        client = client_for(people.director)
        foreign, unknown = client.get("/i/liot/"), client.get("/i/nowhere/")
        assert (foreign.status_code, foreign.content) == (404, unknown.content)

    def test_a_form_without_its_token_is_refused_with_what_to_do(self, client_for, db) -> None:
        client = client_for()
        client.handler.enforce_csrf_checks = True
        response = client.post("/theme/", {"theme": "dark"})
        assert response.status_code == 403
        assert "too old to be sent" in response.content.decode()

    @pytest.mark.parametrize(("raised", "status"), [(OperationalError("gone"), 503), (RuntimeError("bug"), 500)])
    def test_a_database_that_does_not_answer_is_told_from_a_bug(
        self, client_for, yhiot, people, raised, status
    ) -> None:
        client = client_for(people.director, yhiot)
        client.raise_request_exception = False
        with mock.patch("crm.web.views.home._greeting", side_effect=raised):
            response = client.get("/")
        assert response.status_code == status
        assert response.headers["Cache-Control"] == "no-store"
        assert ("Retry-After" in response.headers) == (status == 503)

    def test_error_pages_ask_the_database_nothing(self, client) -> None:
        """No database fixture here: a query would raise."""
        response = client.get("/no/such/page/")
        assert response.status_code == 404

    def test_components_are_not_shown_in_production(self, client_for, yhiot, people) -> None:
        assert client_for(people.director, yhiot).get("/dev/components/").status_code == 200
        with override_settings(DEMO=False, DEBUG=False):
            assert client_for(people.director, yhiot).get("/dev/components/").status_code == 404


def test_who_may_not_search_is_not_sent_to_a_search_that_refuses_them(client_for, people, yhiot) -> None:
    leader = client_for(people.network_lead, yhiot)
    assert leader.get("/search/").status_code == 403
    page = leader.get("/settings/roles/").content.decode()
    assert 'href="/i/yhiot/search/"' not in page
    assert 'id="palette"' not in page
    assert 'href="/i/yhiot/search/"' in client_for(people.auditor, yhiot).get("/").content.decode()
