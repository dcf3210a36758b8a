"""Whatever is sent to a page is answered: never a server error, and nothing is written when it is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.db import connection, transaction

from crm.base.context import institute_context
from crm.base.tenancy import TenantModel
from crm.core.institute_path import path_in
from crm.core.views import ActionView, FormPage, ListPage
from crm.identity.roles import Role
from tests.architecture.role_matrix import MATRIX
from tests.architecture.routes import VIEWS, path_of
from tests.architecture.world import make_world
from tests.factories.identity import give_role, make_user
from tests.journeys.filling_in import EVERYTHING, Field, encoded, fields_of, one_of_each

pytestmark = pytest.mark.soak

FORM = "application/x-www-form-urlencoded"
STAFF = [role for role in Role if role not in (Role.NETWORK_LEAD, Role.SPONSOR_CONTACT)]
# Without employers that were chosen on the list these lead back to it; tests/employers/test_bulk.py sends them junk.
NEED_A_CHOICE = {"employers:bulk"}
FORMS = [
    name
    for name, view in VIEWS.items()
    if view and issubclass(view, FormPage) and name in MATRIX and name not in NEED_A_CHOICE
]
BUTTONS = [name for name, view in VIEWS.items() if view and issubclass(view, ActionView) and name in MATRIX]
READ = [name for name, view in VIEWS.items() if name in MATRIX and hasattr(view, "get") and name not in BUTTONS]
LISTS = [name for name in READ if issubclass(VIEWS[name], ListPage)]
# What any page reads from its query string.
PARAMETERS = (
    "q page sort view show stage tier owner sector tab kind state when only all year name next who next_step employer"
    " instalment pence table since until website company_number contact show"
).split()


def _area(name: str) -> str:
    return name.partition(":")[0] if ":" in name else "shell"


def _areas(names: list[str]) -> list[str]:
    return sorted({_area(name) for name in names})


class Desk:
    """Somebody with every right, who asks and whose every request is undone."""

    def __init__(self, client: Any, institute: Any, world: dict[str, Any]) -> None:
        self.client, self.institute, self.world = client, institute, world
        client.raise_request_exception = False

    def path(self, name: str) -> str:
        path = path_of(name, MATRIX[name], self.world)
        return path_in(self.institute.code, path) if MATRIX[name].in_institute else path

    def get(self, name: str, query: dict[str, str] | None = None) -> Any:
        """The answer; whatever the request did is undone."""
        with transaction.atomic():
            response = self.client.get(f"{self.path(name)}?{encoded(query or {})}")
            transaction.set_rollback(True)
        return response

    def post(self, name: str, data: dict[str, str]) -> str:
        """What is wrong with the answer, or nothing."""
        before = self._rows()
        self.client.cookies.pop("messages", None)  # what an earlier answer said
        with transaction.atomic():
            response = self.client.post(self.path(name), encoded(data), content_type=FORM)
            changed = self._rows() != before if _refused(response) else False
            transaction.set_rollback(True)
        if response.status_code >= 500:
            return f"{response.status_code} {_raised(response)}"
        return f"{response.status_code} but something was written" if changed else ""

    def _rows(self) -> tuple[int, ...]:
        with institute_context(self.institute.id), connection.cursor() as cursor:
            cursor.execute(COUNTS)
            return cursor.fetchone()


def _count_all() -> str:
    """How many rows each tenant table has; a change of a row is a row of the audit trail."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)]
    return "SELECT " + ", ".join(f"(SELECT count(*) FROM {connection.ops.quote_name(table)})" for table in tables)


COUNTS = _count_all()


def _refused(response: Any) -> bool:
    said = [message.level_tag for message in get_messages(response.wsgi_request)]
    return response.status_code >= 400 or "error" in said


def _raised(response: Any) -> str:
    return repr(response.exc_info[1])[:200] if getattr(response, "exc_info", None) else ""


@pytest.fixture
def desk(yhiot, people, client_for) -> Desk:
    user = make_user("Everything")
    for role in STAFF:
        give_role(user, yhiot, role)
    return Desk(client_for(user, yhiot), yhiot, make_world(yhiot, people))


def _tries(fields: list[Field]) -> Iterator[tuple[str, dict[str, str]]]:
    """The page with one field wrong at a time and everything else well filled in."""
    good = {found.name: found.filled() for found in fields}
    yield "nothing", {}
    for found in one_of_each(fields):
        for what, junk in found.junk.items():
            yield f"{found.name}: {what}", good | {found.name: junk}


@pytest.mark.parametrize("area", _areas(FORMS))
def test_a_form_answers_whatever_is_sent_to_it(desk, area):
    wrong = {}
    for name in FORMS:
        if _area(name) == area:
            page = desk.get(name)
            wrong[name] = "" if page.status_code == 200 else f"{page.status_code} instead of its form"
            for what, data in _tries(fields_of(page.content.decode())):
                wrong[f"{name} {what}"] = desk.post(name, data)
    assert {what: said for what, said in wrong.items() if said} == {}


@pytest.mark.parametrize("area", _areas(BUTTONS))
def test_a_button_answers_whatever_is_sent_to_it(desk, area):
    wrong = {}
    for name in BUTTONS:
        if _area(name) == area:
            for what, data in {"nothing": {}, "everything": EVERYTHING}.items():
                wrong[f"{name} {what}"] = desk.post(name, data)
    assert {what: said for what, said in wrong.items() if said} == {}


@pytest.mark.parametrize("area", _areas(READ))
def test_a_page_answers_whatever_its_address_asks_for(desk, area):
    """All parameters wrong at once, and for lists each by itself: a form of filters is dropped whole."""
    wrong = {}
    for name in READ:
        if _area(name) == area:
            page = desk.get(name)
            form = page.content.decode() if page["Content-Type"].startswith("text/html") else ""  # a file has none
            asked = set(PARAMETERS) | {found.name for found in fields_of(form)}
            for what, junk in EVERYTHING.items():
                response = desk.get(name, dict.fromkeys(asked, junk[:1000]))
                if response.status_code >= 500:
                    wrong[f"{name} {what}"] = _raised(response)
    assert wrong == {}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_answers_whatever_one_filter_holds(desk, name):
    known = VIEWS[name].filter_class.base_fields if VIEWS[name].filter_class else {}
    wrong = {}
    for parameter in {*known, "q", "page", "sort", "tab"}:
        for what, junk in EVERYTHING.items():
            response = desk.get(name, {parameter: junk[:1000]})
            if response.status_code >= 500:
                wrong[f"{parameter}: {what}"] = _raised(response)
    assert wrong == {}
