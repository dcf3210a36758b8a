"""What changed since: whatever changed it, and without a word in the audit about the clock."""

import pytest
from django.db import connection

from crm.audit.models import AuditEntry
from crm.base.clock import today
from employers.actions import change_in_bulk, name_tag, remove_tag, rename_tag
from employers.actions.projects import change_project, join_project, leave_project
from employers.models import Employer
from tests.factories.employers import make_contact, make_employer
from tests.factories.facts import make_project, make_seat
from tests.factories.funds import make_award, make_fund


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


def _names(api, path, since):
    return [row["name"] for row in api.get(f"{path}/?updated_since={since.replace('+', '%2B')}").json()["items"]]


def _moment():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        return cursor.fetchone()[0]


def test_a_list_gives_the_rows_that_changed_since(api, inside):
    make_employer("Arco")
    changed = make_employer("Siemens Energy")
    since = _moment()
    assert _names(api, "employers", since) == []
    api.patch(f"employers/{changed.pk}/", {"town": "Hull"})
    assert _names(api, "employers", since) == ["Siemens Energy"]


def test_a_change_by_sql_counts_and_one_that_changes_nothing_does_not(api, inside):
    employer = make_employer("Arco", town="Hull")
    since = _moment()
    Employer.objects.update(town="Hull")
    assert _names(api, "employers", since) == []
    Employer.objects.update(town="York")
    assert _names(api, "employers", since) == ["Arco"]
    employer.refresh_from_db()
    assert employer.town == "York"


def test_a_person_whose_roles_changed_has_changed(api, inside):
    person = make_contact(make_employer("Arco"), "Jo Marsh")
    since = _moment()
    api.post(f"contacts/{person.pk}/give-role/", {"role": "main"})
    assert _names(api, "contacts", since) == ["Jo Marsh"]
    since = _moment()
    api.post(f"contacts/{person.pk}/end-role/", {"role": "main"})
    assert _names(api, "contacts", since) == ["Jo Marsh"]


def test_the_audit_tells_what_changed_and_not_that_the_clock_did(inside):
    employer = make_employer("Arco")
    before = AuditEntry.objects.count()
    Employer.objects.update(town="Hull")
    entry = AuditEntry.objects.get(row_id=employer.pk, action="update")
    assert entry.facts == {"town": ["", "Hull"]}
    assert "updated_at" not in AuditEntry.objects.get(row_id=employer.pk, action="insert").facts
    Employer.objects.update(updated_at="2020-01-01T00:00:00Z")
    assert AuditEntry.objects.count() == before + 1


def test_a_row_has_changed_when_a_part_of_it_has(api_for, people, yhiot, inside):
    """A program that copies awards must hear of a payment, which changes the award's instalment only."""
    api = api_for(people.finance_officer, yhiot)
    award = make_award(make_fund(100_000), 30_000, by=inside)
    since = _moment()
    assert api.get("awards/", {"updated_since": since}).json()["items"] == []
    payment = award.instalments.get()
    assert api.post(f"award-payments/{payment.pk}/pay/", {"paid_on": str(today())}).status_code == 200
    [changed] = api.get("awards/", {"updated_since": since}).json()["items"]
    assert changed["id"] == str(award.pk) and changed["instalments"][0]["state"] == "paid"
    [paid] = api.get("award-payments/", {"updated_since": since}).json()["items"]
    assert paid["id"] == str(payment.pk) and paid["updated_at"] >= since[:19]


def test_an_employer_has_changed_when_its_tags_have(api, inside):
    arco, _ = make_employer("Arco"), make_employer("Siemens Energy")
    tag = name_tag(name="Host", by=inside)
    for change in (
        lambda: api.post(f"employers/{arco.pk}/tags/", {"tags": [str(tag.pk)]}),
        lambda: rename_tag(tag=tag, name="T Level host", by=inside),
        lambda: change_in_bulk(employers=[arco.pk], fact="untag", value=tag, by=inside),
        lambda: change_in_bulk(employers=[arco.pk], fact="tag", value=tag, by=inside),
        lambda: remove_tag(tag=tag, by=inside),
    ):
        since = _moment()
        change()
        assert _names(api, "employers", since) == ["Arco"]


def test_a_project_and_a_meeting_have_changed_when_who_takes_part_has(api, inside, liot):
    seat = make_seat(make_employer("Arco"))
    project, body = make_project(), {"body": str(seat.body_id), "held_on": str(today())}
    api.post("body-meetings/record/", {**body, "came": []})
    for path, change in (
        ("projects", lambda: join_project(project=project, employer=seat.employer, by=inside)),
        ("projects", lambda: change_project(project=project, institutes=[liot], by=inside)),
        ("projects", lambda: leave_project(project=project, employer=seat.employer, by=inside)),
        ("body-meetings", lambda: api.post("body-meetings/record/", {**body, "came": [str(seat.pk)]})),
    ):
        since = _moment()
        change()
        assert len(api.get(f"{path}/", {"updated_since": since}).json()["items"]) == 1
