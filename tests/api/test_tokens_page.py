"""The page of tokens and the command: made, shown once, replaced, ended."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from crm.accounts.actions import add_service
from crm.accounts.models import ApiToken
from crm.base.context import institute_context
from crm.base.errors import DomainError
from crm.identity.models import Membership, User
from crm.identity.roles import Role
from employers.reads.people import colleagues
from tests.api_client import ApiClient, make_token
from tests.queries import own_queries

SECRET = re.compile(r"iot_live_[\w-]{43}")


@pytest.fixture
def manager(client_for, people, yhiot):
    return client_for(people.partnership_manager, yhiot)


@pytest.fixture
def administrator(client_for, people, yhiot):
    return client_for(people.institute_administrator, yhiot)


def _status(secret):
    return ApiClient(secret).get("employers/").status_code


def test_a_token_is_made_and_shown_once(manager, yhiot):
    made = manager.post("/i/yhiot/accounts/tokens/add/", {"name": "Website", "days": "30", "scopes": ["SEE_EMPLOYERS"]})
    [secret] = set(SECRET.findall(made.content.decode()))
    assert made["Cache-Control"] == "no-store"
    assert _status(secret) == 200
    page = manager.get("/i/yhiot/accounts/tokens/").content.decode()
    assert "Website" in page and secret[:15] in page and not SECRET.findall(page)
    with institute_context(yhiot.id):
        assert ApiToken.objects.get().scopes == ["see_employers"]


def test_the_page_of_the_secret_reloaded_makes_no_second_token(manager, yhiot):
    url = "/i/yhiot/accounts/tokens/add/"
    key = manager.get(url).context["form"]["key"].value()
    sent = {"name": "Power BI", "days": "30", "scopes": ["SEE_EMPLOYERS"], "key": key}
    assert SECRET.search(manager.post(url, sent).content.decode())
    again = manager.post(url, sent)
    assert again.status_code == 422 and "made already" in again.content.decode()
    with institute_context(yhiot.id):
        assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"scopes": []},
        {"scopes": ["MOVE_MONEY"]},
        {"days": "9999"},
        {"name": "x" * 81},
        {"scopes": ["\x00"]},
    ],
)
def test_a_token_that_cannot_be_is_refused_at_its_field(wrong, manager, yhiot):
    fields = {"name": "Website", "days": "30", "scopes": ["SEE_EMPLOYERS"]} | wrong
    assert manager.post("/i/yhiot/accounts/tokens/add/", fields).status_code == 422
    with institute_context(yhiot.id):
        assert ApiToken.objects.count() == 0


def test_a_token_is_replaced_and_revoked(manager, people, yhiot):
    made = make_token(people.partnership_manager, yhiot)
    shown = manager.post(f"/i/yhiot/accounts/tokens/{made.token.pk}/replace/")
    [secret] = set(SECRET.findall(shown.content.decode()))
    assert (_status(made.secret), _status(secret)) == (200, 200)
    assert manager.post(f"/i/yhiot/accounts/tokens/{made.token.pk}/revoke/").status_code == 302
    assert (_status(made.secret), _status(secret)) == (401, 200)


def test_people_see_their_own_tokens_and_administrators_everybodys(manager, administrator, client_for, people, yhiot):
    made = make_token(people.partnership_manager, yhiot)
    other = client_for(people.auditor, yhiot)
    assert made.token.prefix not in other.get("/i/yhiot/accounts/tokens/").content.decode()
    assert other.post(f"/i/yhiot/accounts/tokens/{made.token.pk}/revoke/").status_code == 404
    assert made.token.prefix in administrator.get("/i/yhiot/accounts/tokens/").content.decode()
    assert administrator.post(f"/i/yhiot/accounts/tokens/{made.token.pk}/replace/").status_code == 422
    assert administrator.post(f"/i/yhiot/accounts/tokens/{made.token.pk}/revoke/").status_code == 302
    assert _status(made.secret) == 401


def test_the_list_asks_the_same_queries_for_one_token_and_for_three(administrator, people, yhiot):
    def count():
        with own_queries() as queries:
            administrator.get("/i/yhiot/accounts/tokens/")
        return len(queries)

    make_token(people.partnership_manager, yhiot)
    count()
    with_one = count()
    make_token(people.partnership_manager, yhiot), make_token(people.director, yhiot)
    assert count() == with_one


def test_a_program_is_let_in_with_a_role_and_reads_unless_said(administrator, yhiot):
    fields = {"name": "Website", "role": "partnership_manager", "days": "365", "writes": "reads"}
    shown = administrator.post("/i/yhiot/accounts/tokens/add-program/", fields)
    client = ApiClient(SECRET.findall(shown.content.decode())[0])
    assert client.get("employers/").status_code == 200
    assert client.post("employers/", {"name": "Arco"}).status_code == 403
    assert administrator.post("/i/yhiot/accounts/tokens/add-program/", fields).status_code == 422  # the name is taken
    writes = fields | {"name": "Events site", "writes": "writes"}
    shown = administrator.post("/i/yhiot/accounts/tokens/add-program/", writes)
    client = ApiClient(SECRET.findall(shown.content.decode())[0])
    made = client.post("employers/", {"name": "Arco"})
    assert made.status_code == 201
    with institute_context(yhiot.id):
        assert Membership.objects.filter(user__is_service=True).count() == 2
        assert not colleagues().filter(is_service=True).exists()


def test_a_program_is_never_an_administrator(administrator, yhiot):
    fields = {"name": "Website", "role": "institute_administrator", "days": "365", "writes": "reads"}
    assert administrator.post("/i/yhiot/accounts/tokens/add-program/", fields).status_code == 422
    with institute_context(yhiot.id), pytest.raises(DomainError, match="may have"):
        add_service(name="Website", role=Role.INSTITUTE_ADMINISTRATOR, by=None)
    assert not User.objects.filter(is_service=True).exists()


def test_a_program_never_signs_in(administrator, yhiot, mailoutbox):
    administrator.post(
        "/i/yhiot/accounts/tokens/add-program/", {"name": "Website", "role": "auditor", "days": "30", "writes": "reads"}
    )
    service = User.objects.get(is_service=True)
    visitor = Client()
    answer = visitor.post("/accounts/login/", {"email": service.email})
    assert answer.status_code in (302, 422)
    assert "_auth_user_id" not in visitor.session


def test_the_command_makes_lists_and_ends_tokens(people, yhiot, capsys):
    manager = people.partnership_manager
    call_command("token", "create", institute="yhiot", email=manager.email, name="Figures", scope=["see_employers"])
    secret = capsys.readouterr().out.strip()
    assert SECRET.fullmatch(secret) and _status(secret) == 200
    call_command("token", "create", institute="yhiot", program="Website", role="auditor")
    program = capsys.readouterr().out.strip()
    assert _status(program) == 200
    call_command("token", "list", institute="yhiot")
    listed = capsys.readouterr().out
    assert secret[:15] in listed and secret not in listed and "Website" in listed
    call_command("token", "revoke", institute="yhiot", prefix=secret[:15])
    assert (_status(secret), _status(program)) == (401, 200)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"institute": "nowhere"}, "no institute"),
        ({"email": "nobody@staff.example"}, "nobody with that address"),
        ({"email": None}, "either whose token"),
        ({"scope": ["rule_the_world"]}, "no right called rule_the_world"),
        ({"scope": ["move_money"]}, "Choose among the rights"),
        ({"days": 4000}, "within a year"),
        ({"name": ""}, "what the token is for"),
        ({"email": None, "program": "Website"}, "role of the program"),
        ({"email": None, "program": "Website", "role": "institute_administrator"}, "may have"),
    ],
)
def test_the_command_says_what_is_wrong(wrong, said, people, yhiot):
    options = {"institute": "yhiot", "email": people.partnership_manager.email, "name": "Figures"} | wrong
    with pytest.raises(CommandError, match=said):
        call_command("token", "create", **options)
    with institute_context(yhiot.id):
        assert ApiToken.objects.count() == 0


def test_the_page_of_a_replacement_reloaded_makes_no_third_token(manager, people, yhiot):
    made = make_token(people.partnership_manager, yhiot)
    url = f"/i/yhiot/accounts/tokens/{made.token.pk}/replace/"
    key = manager.get(url).context["form"]["key"].value()
    assert SECRET.search(manager.post(url, {"key": key}).content.decode())
    again = manager.post(url, {"key": key})
    assert again.status_code == 422 and "made already" in again.content.decode()
    with institute_context(yhiot.id):
        assert ApiToken.objects.count() == 2
