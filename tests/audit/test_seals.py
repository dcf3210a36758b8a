"""History that was changed is found; values that were erased are no change."""

import pytest
from django.db import connections

from crm.audit.actions import erase_personal
from crm.audit.models import AuditEntry, AuditPersonal, AuditSeal, AuditSealed
from crm.audit.seals import seal_entries, verify_seals
from crm.base.context import institute_context
from crm.identity.models import Membership
from crm.identity.roles import Role
from employers.models import Contact, Employer
from tests.factories.identity import make_user


@pytest.fixture
def contact(inside):
    return Contact.objects.create(employer=Employer.objects.create(name="Quickline"), name="Rosa Klein")


def test_each_entry_is_sealed_once(contact):
    assert seal_entries() == AuditEntry.objects.count()
    assert seal_entries() == 0
    assert AuditSealed.objects.count() == AuditEntry.objects.count()


def test_an_unchanged_history_holds(contact):
    seal_entries()
    contact.delete()
    seal_entries()
    check = verify_seals()
    assert check.holds
    assert (check.seals, check.entries) == (2, AuditEntry.objects.count())
    assert check.head == bytes(AuditSeal.objects.first().hash).hex()


def test_an_institute_without_history_holds(yhiot):
    with institute_context(yhiot.id):
        assert verify_seals().holds


def test_an_entry_that_commits_late_gets_a_later_seal(contact):
    """Its moment lies before the newest one sealed."""
    seal_entries()
    Membership.objects.create(user=make_user(), role=Role.AUDITOR)
    assert seal_entries() == 1
    assert verify_seals().holds


def test_erasing_personal_values_keeps_the_chain(contact, inside):
    seal_entries()
    assert erase_personal(table="employers_contact", row_id=contact.id, by=inside) == 1
    assert not AuditPersonal.objects.filter(values__icontains="Rosa").exists()
    assert AuditEntry.objects.get(action="erase").row_id == contact.id
    seal_entries()
    assert verify_seals().holds


def test_an_institute_cannot_erase_what_another_holds(contact, liot, people):
    with institute_context(liot.id):
        assert erase_personal(table="employers_contact", row_id=contact.id, by=people.at(liot).director) == 0
    assert AuditPersonal.objects.exists()


TAMPERING = {
    "an entry's facts": (
        "UPDATE audit_auditentry SET facts = jsonb_set(facts, '{name}', '\"Quickling\"') WHERE facts ->> 'name' <> ''",
        "was changed",
    ),
    "who did it": ("UPDATE audit_auditentry SET actor_id = gen_random_uuid()", "was changed"),
    "when it was": ("UPDATE audit_auditentry SET at = at + interval '1 microsecond'", "was changed"),
    "an entry is gone": ("DELETE FROM audit_auditentry WHERE table_name = 'employers_employer'", "is gone"),
    "personal values": (
        "UPDATE audit_auditpersonal SET values = replace(values::text, 'Rosa', 'Rose')::jsonb",
        "personal values of entry",
    ),
    "an entry and its leaf": (
        "UPDATE audit_auditentry SET facts = '{}'; UPDATE audit_auditsealed s SET leaf = audit_leaf(e)"
        " FROM audit_auditentry e WHERE e.id = s.id",
        "Seal 1 does not follow",
    ),
    "a seal": ("UPDATE audit_auditseal SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1)", "Seal 1 does not follow"),
    "the first seal is gone": (
        "DELETE FROM audit_auditsealed WHERE seal_id IN (SELECT id FROM audit_auditseal WHERE number = 1);"
        " DELETE FROM audit_auditseal WHERE number = 1",
        "Seal 2 does not follow",
    ),
    "an entry put in behind the chain": (
        "INSERT INTO audit_auditentry"
        " (id, at, actor_id, request_id, table_name, row_id, action, facts, digest, institute_id)"
        " SELECT gen_random_uuid(), at - interval '3 days', actor_id, request_id,"
        " table_name, row_id, action, facts, digest, institute_id FROM audit_auditentry LIMIT 1",
        "is in no seal",
    ),
}


@pytest.mark.parametrize("tampering", TAMPERING, ids=lambda name: name.replace(" ", "-"))
def test_tampering_past_all_locks_is_found(tampering, committed, yhiot):
    sql, said = TAMPERING[tampering]
    with institute_context(yhiot.id):
        Contact.objects.create(employer=Employer.objects.create(name="Quickline"), name="Rosa Klein")
        seal_entries()
        Employer.objects.create(name="Siemens Energy")
        seal_entries()
        assert verify_seals().holds
    with connections["owner"].cursor() as owner:
        for table in ("auditentry", "auditseal", "auditsealed"):
            owner.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER USER")
        owner.execute(sql)
    with institute_context(yhiot.id):
        assert said in verify_seals().broken


def test_not_even_the_owner_changes_an_entry_by_accident(committed, yhiot):
    with institute_context(yhiot.id):
        Employer.objects.create(name="Quickline")
    with connections["owner"].cursor() as owner, pytest.raises(Exception, match="append-only"):
        owner.execute("UPDATE audit_auditentry SET facts = '{}'")
