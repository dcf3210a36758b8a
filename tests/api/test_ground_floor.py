"""Institute, token, people, mail, audit and the event feed."""

import threading

import pytest
from django.db import connection, transaction

from crm.base.context import institute_context
from crm.identity.models import Membership
from crm.identity.roles import Permission
from employers.actions import add_employer
from employers.models import Employer
from tests.api_client import ApiClient, make_token
from tests.factories.employers import make_employer
from tests.factories.identity import give_role, make_institute, make_user
from tests.factories.mail import make_reminder
from tests.queries import own_queries
from workers.fan_out import fan_out


@pytest.fixture
def administrator(api_for, people, yhiot):
    return api_for(people.institute_administrator, yhiot)


@pytest.fixture
def auditor(api_for, people, yhiot):
    return api_for(people.auditor, yhiot)


def test_a_token_says_where_it_works_and_what_it_may(api_for, people, yhiot):
    client = api_for(people.auditor, yhiot, [Permission.SEE_EMPLOYERS])
    assert client.get("institute/").json()["code"] == "yhiot"
    token = client.get("token/").json()
    assert (token["rights"], token["user"]["name"]) == (["see_employers"], people.auditor.name)
    assert token["prefix"] == client.secret[: len(token["prefix"])]


def test_people_are_shown_with_the_roles_they_have(administrator, people, yhiot):
    auditor = people.auditor
    rows = {row["id"]: row for row in administrator.get("people/").json()["items"]}
    assert rows[str(auditor.pk)]["roles"][0]["role"] == "auditor"
    assert rows[str(auditor.pk)]["state"] == "active"
    with institute_context(yhiot.id):
        Membership.objects.filter(user=auditor).update(is_active=False)
    assert administrator.get(f"people/{auditor.pk}/").json()["state"] == "ended"


def test_people_of_another_institute_are_not_there(administrator, people, liot):
    stranger = people.at(liot).auditor
    assert administrator.get(f"people/{stranger.pk}/").status_code == 404


def test_mail_is_listed_held_released_and_sent(administrator, inside):
    reminder = make_reminder(inside)
    [row] = administrator.get("outgoing-mail/").json()["items"]
    assert (row["id"], row["state"], row["recipient_email"]) == (str(reminder.pk), "planned", inside.email)
    address = f"outgoing-mail/{reminder.pk}/"
    assert administrator.post(address + "hold/").json()["held_by"]["name"]
    assert administrator.post(address + "hold/").status_code == 409
    assert administrator.post(address + "release/").json()["held_by"] is None
    assert administrator.post(address + "confirm/").status_code == 409
    assert administrator.get("outgoing-mail/?show=sent").json()["items"] == []
    assert len(administrator.get("outgoing-mail/?show=all&q=partnership").json()["items"]) == 1


def test_the_audit_is_told_in_words(auditor, inside):
    employer = make_employer("Arco")
    Employer.objects.update(town="Hull")
    rows = auditor.get("audit-entries/?table=employers_employer").json()["items"]
    assert [row["action"] for row in rows] == ["update", "insert"]
    assert rows[0]["name"] == "Arco" and rows[0]["row_id"] == str(employer.pk)
    assert rows[0]["changes"] == [
        {"column": "town", "label": "Town", "before": "nothing", "after": "Hull", "is_personal": False}
    ]
    assert auditor.get(f"audit-entries/{rows[0]['id']}/").json() == rows[0]
    assert auditor.get("audit-entries/?table=pg_class").status_code == 400


@pytest.mark.parametrize("path", ["people", "outgoing-mail", "audit-entries"])
def test_lists_ask_the_same_queries_for_one_row_and_for_three(path, administrator, inside, people):
    def count():
        with own_queries() as queries:
            assert administrator.get(f"{path}/").status_code == 200
        return len(queries)

    make_reminder(inside)
    count()
    with_one = count()
    make_reminder(inside, "Second"), make_reminder(inside, "Third")
    _ = people.director, people.auditor
    assert count() == with_one


def _feed(client, after=0, size=100):
    return client.get(f"events/?after={after}&page_size={size}").json()


def test_the_feed_tells_what_happened_once_and_in_order(committed, auditor, people, yhiot):
    before = _feed(auditor)["next_after"]
    names = ["Arco", "Siemens Energy", "Quickline"]
    for name in names:
        with institute_context(yhiot.id):
            add_employer(name=name, by=people.partnership_manager)
    assert _feed(auditor, before)["items"] == []  # not before a worker has given positions
    fan_out(yhiot.id)
    told, after = [], before
    while True:
        page = _feed(auditor, after, size=2)
        told += page["items"]
        after = page["next_after"]
        if not page["has_more"]:
            break
    assert [event["data"]["name"] for event in told if event["type"] == "employers.employer_added"] == names
    assert len({event["id"] for event in told}) == len(told)
    assert _feed(auditor, after) == {"items": [], "next_after": after, "has_more": False}
    assert auditor.get("events/?type=employers.employer_added&page_size=1").json()["has_more"] is True


def test_the_feed_of_another_institute_is_not_told(committed, auditor, liot):
    with institute_context(liot.id):
        add_employer(name="Theirs", by=None)
    fan_out(liot.id)
    assert "Theirs" not in str(_feed(auditor))


def test_a_fact_that_commits_late_is_told_late_and_not_lost(committed):
    """A reader who has read up to a position never finds a new fact below it."""
    yhiot = make_institute("yhiot")
    user = make_user("Auditor")
    give_role(user, yhiot, "auditor")
    client = ApiClient(make_token(user, yhiot).secret)
    recorded, may_commit = threading.Event(), threading.Event()

    def slow():
        with institute_context(yhiot.id), transaction.atomic():
            add_employer(name="Slow", by=None)
            recorded.set()
            may_commit.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    recorded.wait(20)
    with institute_context(yhiot.id):
        add_employer(name="Fast", by=None)
    fan_out(yhiot.id)
    seen = _feed(client)
    may_commit.set()
    thread.join()
    fan_out(yhiot.id)
    later = _feed(client, seen["next_after"])
    names = [[e["data"].get("name") for e in page["items"] if "employer" in e["type"]] for page in (seen, later)]
    assert names == [["Fast"], ["Slow"]]
