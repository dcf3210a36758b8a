"""Who must have a second factor reaches nothing without one."""

import pytest
from django.test import Client

from crm.accounts.actions import add_service
from crm.accounts.reads import has_second_factor, needs_second_factor
from crm.identity.roles import ROLES, Role
from tests.api_client import ApiClient, make_token
from tests.conftest import InstituteClient
from tests.factories.identity import give_role, make_user
from tests.factories.second_factors import code_of, give_app
from tests.signing_in import sign_in

MUST = [Role.FINANCE_OFFICER, Role.INSTITUTE_ADMINISTRATOR]
SET_UP = "/i/yhiot/accounts/second-factor/"


def one_factor(user, institute=None):
    client = InstituteClient()
    client.institute_code = institute.code if institute else ""
    sign_in(client, user, factor="")
    return client


def test_administrators_and_finance_must_have_one():
    assert [role for role in Role if ROLES[role].needs_second_factor] == MUST


@pytest.mark.parametrize("role", MUST)
def test_they_are_led_to_set_one_up_from_every_page(role, people, yhiot):
    client = one_factor(getattr(people, role), yhiot)
    for path in ("/", "/employers/", "/search/", "/settings/roles/", "/employers/add/"):
        assert client.get(path).url == SET_UP, path
    assert client.post("/employers/add/", {"name": "Quickline"}).url == SET_UP
    assert client.get("/accounts/").url == "/accounts/second-factor/"
    assert client.get("/accounts/sessions/").url == "/accounts/second-factor/"
    assert "Your role needs a second factor." in client.get("/accounts/second-factor/").content.decode()


def test_htmx_is_told_to_leave_the_page(people, yhiot):
    answer = one_factor(people.finance_officer, yhiot).get("/employers/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (403, SET_UP, b"")


def test_an_address_that_does_not_exist_says_no_more_than_to_others(people, yhiot):
    assert one_factor(people.finance_officer, yhiot).get("/nothing/").status_code == 404


def test_setting_one_up_opens_the_pages(people, yhiot):
    client = one_factor(people.finance_officer, yhiot)
    page = client.get("/accounts/second-factor/app/").content.decode()
    secret = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
    assert client.post("/accounts/second-factor/app/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/accounts/second-factor/codes/").status_code == 200
    assert client.get("/").status_code == 200


def test_a_session_from_before_the_factor_must_show_it(people, yhiot):
    client = one_factor(people.finance_officer, yhiot)
    app = give_app(people.finance_officer)
    answer = client.get("/employers/")
    assert answer.url == f"{SET_UP}confirm/?next=%2Fi%2Fyhiot%2Femployers%2F"
    assert client.post(answer.url, {"code": code_of(app)}).url == "/i/yhiot/employers/"
    assert client.get("/employers/").status_code == 200


def test_a_role_anywhere_asks_for_it_everywhere(people, yhiot, liot):
    give_role(people.auditor, liot, Role.FINANCE_OFFICER)
    assert one_factor(people.auditor, yhiot).get("/employers/").url == SET_UP


@pytest.mark.parametrize("role", [r for r in Role if r not in (*MUST, Role.NETWORK_LEAD, Role.SPONSOR_CONTACT)])
def test_others_may_go_without(role, people, yhiot):
    assert one_factor(getattr(people, role), yhiot).get("/").status_code == 200


def test_they_can_sign_out(people):
    client = one_factor(people.finance_officer)
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_proof_of_one_person_is_not_that_of_the_next(people, yhiot):
    """Two people, one browser."""
    client = Client()
    sign_in(client, make_user())
    sign_in(client, people.finance_officer, factor="")
    assert client.get("/i/yhiot/").url == SET_UP


def test_the_roles_page_says_who_needs_one(client_for, people, yhiot):
    assert (
        client_for(people.director, yhiot).get("/settings/roles/").content.decode().count("Needs a second factor") == 2
    )


def test_programs_ask_whether_a_person_needs_one(people, settings):
    officer, director = people.finance_officer, people.director
    assert not needs_second_factor(officer)  # the demo
    settings.DEMO = False
    assert [needs_second_factor(p) for p in (officer, director)] == [True, False]
    give_app(officer)
    assert (has_second_factor(officer), needs_second_factor(officer)) == (True, False)


def test_a_token_is_refused_until_its_person_has_one(people, yhiot, settings):
    settings.DEMO = False
    officer, auditor = people.finance_officer, people.auditor
    made = ApiClient(make_token(officer, yhiot).secret)
    refused = made.get("employers/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "must have a second factor" in refused.json()["detail"]
    assert ApiClient(make_token(auditor, yhiot).secret).get("employers/").status_code == 200
    give_app(officer)
    assert made.get("employers/").status_code == 200


def test_a_program_has_no_second_factor_to_show(people, yhiot, settings, inside):
    settings.DEMO = False
    program = add_service(name="Finance system", role=Role.FINANCE_OFFICER, by=people.institute_administrator)
    assert ApiClient(make_token(program, yhiot).secret).get("employers/").status_code == 200
