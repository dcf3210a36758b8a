"""Where the findings are shown: the page, the command, /metrics."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now
from django.db.utils import DataError
from prometheus_client.parser import text_string_to_metric_families

from crm.base.context import NETWORK_ID
from crm.core.registry import health_checks
from crm.identity.models import Institute
from crm.identity.roles import Role
from tests.architecture.tree import ROOT
from tests.browser import in_every_look
from tests.factories.identity import give_role, make_user
from tests.queries import own_queries
from tests.workers.facts import happen
from workers.models import Heartbeat

NAMES = [check.name for check in health_checks]


def test_the_page_names_what_is_wrong_and_what_to_do(client_for, yhiot, people) -> None:
    html = client_for(people.institute_administrator, yhiot).get("/settings/health/").content.decode()
    assert "No worker has ever started." in html
    assert "docker compose up -d worker" in html
    assert [name for name in NAMES if f'id="{name}"' not in html] == []


def test_what_was_wrong_is_fine_on_the_next_look(client_for, yhiot, people) -> None:
    client = client_for(people.institute_administrator, yhiot)
    Heartbeat.objects.create(name="celery@here", kind="worker", beaten_at=Now())
    part = client.get("/settings/health/", headers={"HX-Request": "true"}).content.decode()
    assert "One worker is alive." in part
    assert "<html" not in part


def test_the_page_asks_few_queries_however_many_rows(client_for, yhiot, people, django_assert_max_num_queries) -> None:
    client = client_for(people.institute_administrator, yhiot)
    happen(yhiot.id, *["fine"] * 20)
    client.get("/settings/health/")
    with own_queries() as queries:
        client.get("/settings/health/")
    assert len(queries) == 13, queries  # session, person, roles; one for the role and for each part of the rest


def test_a_network_lead_sees_all_institutes_counted_together(client_for, yhiot, liot) -> None:
    happen(yhiot.id, "fine")
    happen(liot.id, "fine")
    lead = make_user("Network lead")
    network = Institute.objects.get(id=NETWORK_ID)
    give_role(lead, network, Role.NETWORK_LEAD)
    assert client_for(lead, network).get("/settings/health/").status_code == 200


def test_the_page_works_for_everybody(open_page, yhiot, people) -> None:
    in_every_look(open_page, "/settings/health/", "health", people.institute_administrator, yhiot)


def test_the_command_names_what_is_wrong_and_ends_with_one(db, capsys) -> None:
    with pytest.raises(CommandError, match="Not well: .*worker") as refusal:
        call_command("health")
    assert refusal.value.returncode == 1
    said = capsys.readouterr().out
    assert "[worker]: No worker has ever started" in said
    assert [name for name in NAMES if f"[{name}]" not in said] == []


def numbers(response) -> dict[str, float]:
    families = text_string_to_metric_families(response.content.decode())
    return {sample.labels.get("check", sample.name): sample.value for family in families for sample in family.samples}


def test_metrics_give_every_check_and_its_numbers(client, yhiot) -> None:
    happen(yhiot.id, "fine", "fine")
    response = client.get("/metrics", headers={"host": "10.0.0.7:8000"})
    assert response["Content-Type"].startswith("text/plain")
    found = numbers(response)
    assert set(NAMES) <= set(found)
    assert (found["worker"], found["role"]) == (2, 0)
    assert (found["anchorpoint_outbox_open"], found["anchorpoint_workers_alive"]) == (2, 0)


def test_metrics_hold_no_personal_data(client, yhiot, people) -> None:
    said = client.get("/metrics").content.decode()
    for person in (people.director, people.partnership_manager):
        assert person.name not in said and person.email not in said
    assert yhiot.name not in said and str(yhiot.id) not in said


@pytest.mark.parametrize(
    ("token", "request_headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "192.0.2.7", 404),
        ("", {"x-forwarded-for": "192.0.2.7"}, "127.0.0.1", 404),
        ("secret", {}, "127.0.0.1", 404),
        ("secret", {"authorization": "Bearer guess"}, "192.0.2.7", 404),
        ("secret", {"authorization": "Bearer sécret"}, "192.0.2.7", 404),
        ("secret", {"authorization": "Bearer secret"}, "192.0.2.7", 200),
    ],
)
def test_metrics_are_for_a_bearer_or_for_this_machine(
    db, client, settings, token, request_headers, address, status
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers=request_headers, REMOTE_ADDR=address).status_code == status


@pytest.mark.parametrize("garbage", ["nonsense", "outbox; drop table x", "../outbox", ""])
def test_an_unknown_number_is_refused_by_the_database(db, garbage) -> None:
    with pytest.raises(DataError), connection.cursor() as cursor:
        cursor.execute("SELECT health_number(%s, NULL)", [garbage])


def test_the_handbook_has_a_line_for_each_alarm_and_for_no_other() -> None:
    lines = re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    alarms = [name for name in lines if name.islower()]
    assert sorted(alarms) == sorted(NAMES)
