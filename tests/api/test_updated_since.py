"""What changed since: whatever changed it, and without a word in the audit about the clock."""

import pytest
from django.db import connection

from crm.audit.models import AuditEntry
from crm.base.clock import today
from employers.models import Employer
from tests.factories.employers import make_contact, make_employer
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
