"""The database writes down who changed what, whichever way the change came."""

import pytest
from django.db import ProgrammingError, connection, transaction

from crm.audit.models import AuditEntry, AuditPersonal
from crm.base.context import institute_context
from crm.base.request_id import set_request_id
from crm.identity.models import Membership
from crm.identity.roles import Role
from employers.models import Contact, Employer
from tests.factories.identity import make_user


@pytest.fixture
def member(inside):
    return Membership.objects.create(user=make_user("Rosa Klein"), role=Role.AUDITOR)


def _last(action):
    return AuditEntry.objects.filter(action=action, table_name="identity_membership").order_by("-at", "-id")


def test_an_insert_tells_who_in_which_request_and_what(inside, yhiot):
    request_id = set_request_id()
    with institute_context(yhiot.id, user_id=inside.id):
        member = Membership.objects.create(user=make_user("Rosa Klein"), role=Role.AUDITOR)
        entry = AuditEntry.objects.get(row_id=member.id)
    assert (entry.action, entry.actor_id, entry.request_id) == ("insert", inside.id, request_id)
    assert entry.facts["role"] == "auditor"
    assert {"id", "institute_id"} & set(entry.facts) == set()


def test_an_update_tells_old_and_new_of_what_changed_only(member):
    member.role = Role.DIRECTOR
    member.save()
    assert _last("update").get().facts == {"role": ["auditor", "director"]}


def test_an_update_that_changes_nothing_leaves_no_entry(member):
    member.save()
    assert not _last("update").exists()


def test_a_delete_keeps_the_row_that_is_gone(member):
    row_id = member.id
    member.delete()
    assert _last("delete").get().row_id == row_id


def test_a_bulk_update_leaves_one_entry_per_row(inside):
    made = Membership.objects.bulk_create(Membership(user=make_user(), role=Role.AUDITOR) for _ in range(30))
    Membership.objects.filter(id__in=[m.id for m in made]).update(is_active=False)
    assert {e.row_id for e in _last("update")} == {m.id for m in made}
    assert {str(e.facts) for e in _last("update")} == {"{'is_active': [True, False]}"}


def test_raw_sql_leaves_an_entry_too(member):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_membership SET is_active = false WHERE id = %s", [member.id])
    assert _last("update").get().facts == {"is_active": [True, False]}


def test_personal_values_are_kept_apart(inside):
    contact = Contact.objects.create(employer=Employer.objects.create(name="Quickline"), name="Rosa Klein")
    entry = AuditEntry.objects.get(row_id=contact.id)
    assert "Rosa" not in str(entry.facts)
    assert AuditPersonal.objects.get(id=entry.id).values["name"] == "Rosa Klein"


def test_a_row_of_another_institute_is_not_seen(inside, member, liot):
    with institute_context(liot.id):
        assert not AuditEntry.objects.exists()
        assert not AuditPersonal.objects.exists()


@pytest.mark.parametrize("table", ["auditentry", "auditpersonal", "auditseal", "auditsealed"])
@pytest.mark.parametrize(
    "command", ["INSERT INTO {} (id) VALUES (gen_random_uuid())", "UPDATE {} SET id = id", "DELETE FROM {}"]
)
def test_the_application_cannot_write_the_audit(table, command, member):
    count = AuditEntry.objects.count()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(command.format(f"audit_{table}"))
    assert AuditEntry.objects.count() == count


def test_a_change_that_is_rolled_back_leaves_no_entry(inside):
    before = _last("insert").count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Membership.objects.create(user=make_user(), role=Role.AUDITOR)
        1 / 0  # noqa: B018
    assert _last("insert").count() == before
