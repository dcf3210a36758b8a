"""A person asks what is held of them, and to be forgotten: nothing of them is left anywhere, and no sum has moved."""

import json
import re

import pytest
from allauth.usersessions.models import UserSession
from django.db import connections

from crm.accounts.models import Invitation
from crm.audit.models import AuditEntry, AuditPersonal
from crm.base.clock import now, today
from crm.base.context import NETWORK_ID, institute_context
from crm.base.errors import Conflict
from crm.core.search import find
from crm.identity.models import User
from crm.identity.roles import Role
from crm.mail.actions import note_preference
from crm.mail.models import Message, Occurrence
from crm.mail.states import State
from employers.actions import (
    change_contact,
    erase_person,
    export_person,
    give_contact_role,
    log_engagement,
    move_contact,
)
from employers.actions.contacts import add_contact
from employers.models import Contact, ContactRole, Engagement, RightsEntry
from employers.reads.rights import inventory, person_of
from sponsorships.actions.portal import open_portal
from sponsorships.models import Posting
from tests.architecture.catalogue import kept_as_facts
from tests.factories.agreements import make_signed, make_sponsor
from tests.factories.employers import make_contact, make_employer
from tests.factories.identity import give_role, make_institute, make_user
from tests.network.canaries import Planter

NAME, ADDRESS, PHONE = "Zara Quillfeather", "zara.quillfeather@canary.example", "01522 876543"
CANARIES = re.compile(r"quill\s*feather|876[\s-]?543", re.IGNORECASE)

# Whoever is invited or does something here is a colleague; a sponsor's contact's invitation goes with their account.
OF_COLLEAGUES = (("accounts_invitation", "name"), ("outbox_timelineitem", "actor_name"))


@pytest.fixture
def zara(inside):
    zara = add_contact(employer=make_sponsor("Quickline"), name="Zara Q Feather", email=ADDRESS, phone=PHONE, by=inside)
    change_contact(contact=zara, name=NAME, job_title="Head of Quillfeathers", by=inside)
    give_contact_role(contact=zara, role=ContactRole.Role.FINANCE, by=inside)
    return zara


def _erase(contact: Contact, by: User) -> RightsEntry:
    return erase_person(contact=contact, reason="asked", seen=inventory(person_of(contact)).digest, by=by)


def _everything(cursor) -> dict[str, str]:
    """Every row of every table as text, by table; read from the catalogue."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = {}
    for (table,) in cursor.fetchall():
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
        found[table] = "\n".join(row for (row,) in cursor.fetchall())
    return found


def _counts_and_sums() -> tuple:
    postings = list(Posting.objects.order_by("id").values_list("fund", "bucket", "pence"))
    return (Engagement.objects.count(), Contact.objects.count(), ContactRole.objects.count(), postings)


def test_all_that_is_held_is_shown_and_handing_it_out_is_kept(inside, people, zara):
    log_engagement(employer=zara.employer, kind="call", summary=f"{NAME} asked", contacts=[zara], by=inside)
    note_preference(
        **{"person_type": "employers.contact", "person_id": zara.pk, "purpose": "marketing", "channel": "email"},
        basis="objection",
        source="by phone",
        by=inside,
    )
    held = {kind.label: kind.rows for kind in export_person(contact=zara, by=inside).kinds if kind.rows}
    assert held["Who they are"][0][1:5] == (NAME, "Head of Quillfeathers", ADDRESS, PHONE)
    assert held["Conversations with them or about them"][0][3] == f"{NAME} asked"
    assert held["What they were to the institute"][0][1] == "Finance contact"
    assert held["What they said about being written to"][0][3] == "They said no"
    assert any(row[3:] == ("Zara Q Feather", NAME) for row in held["Changes of their record"])
    kept = RightsEntry.objects.get()
    assert (kept.kind, kept.contact, kept.by) == ("export", zara, inside)
    assert not CANARIES.search(str(kept.counts))


def test_more_than_was_shown_is_not_erased(inside, zara):
    seen = inventory(person_of(zara)).digest
    log_engagement(employer=zara.employer, kind="call", summary="New", contacts=[zara], by=inside)
    with pytest.raises(Conflict, match="has changed since you looked"):
        erase_person(contact=zara, reason="asked", seen=seen, by=inside)
    zara.refresh_from_db()
    assert zara.name == NAME
    assert not RightsEntry.objects.exists()


def test_the_row_and_its_history_stay_and_name_nobody(inside, people, yhiot, zara):
    make_signed(inside, people.director, [yhiot], zara.employer)
    talk = log_engagement(
        employer=zara.employer, kind="call", summary=f"{NAME} rang from {PHONE}", contacts=[zara], by=inside
    )
    festo = move_contact(contact=zara, employer=make_employer("Festo"), email="zq@festo.example", by=inside)
    sums, entries = _counts_and_sums(), AuditEntry.objects.count()
    kept = _erase(festo, inside)
    assert _counts_and_sums() == sums
    assert AuditEntry.objects.count() > entries
    for row in Contact.objects.of_person(zara.pk):
        assert (row.name, row.email, row.phone, row.job_title) == ("Erased person", "", "", "")
        assert row.erased_at
        assert row.left_on == today()
    talk.refresh_from_db()
    assert talk.summary == "[erased] rang from [erased]"
    assert kept.counts["Who they are"] == 2
    assert find("quillfeather", kinds=["contact", "employer"]) == []
    with pytest.raises(Conflict, match="erased already"):
        _erase(Contact.objects.get(pk=zara.pk), inside)
    with pytest.raises(Conflict, match="erased"):
        change_contact(contact=zara, name="Zara again", by=inside)


def test_planned_mail_is_cancelled_and_sent_mail_says_nothing_any_more(inside, zara):
    facts = {"rule": "events.group_soon_14", "subject_id": zara.pk, "recipient_email": ADDRESS, "recipient_name": NAME}
    whom = {"recipient_type": "employers.contact", "recipient_id": zara.pk, "due_on": today()}
    times = {"due_at": now(), "not_before": now(), "expires_at": now(), "why": "because"}
    sent = Occurrence.objects.create(**facts, **whom, **times, occurrence_key="1", state=State.SENT)
    planned = Occurrence.objects.create(**facts, **whom, **times, occurrence_key="2")
    Message.objects.create(occurrence=sent, subject=f"Dear {NAME}", text=NAME, html=NAME, from_email="us@x.example")
    _erase(zara, inside)
    sent.refresh_from_db()
    planned.refresh_from_db()
    assert (sent.state, sent.recipient_name, sent.recipient_email) == ("sent", "", f"{sent.pk}@erased.invalid")
    assert (planned.state, planned.reason) == ("cancelled", "")
    assert set(Message.objects.values_list("subject", "text", "html")) == {("", "", "")}
    planned.state = State.CLAIMED
    assert not CANARIES.search(str(list(Occurrence.objects.values())))


def test_nobody_is_erased_while_a_message_to_them_is_leaving(inside, zara):
    facts = {"rule": "x", "subject_id": zara.pk, "recipient_email": ADDRESS, "due_on": today(), "state": State.CLAIMED}
    Occurrence.objects.create(**facts, due_at=now(), not_before=now(), expires_at=now(), occurrence_key="1", why="b")
    with pytest.raises(Conflict, match="leaving at this moment"):
        _erase(zara, inside)
    zara.refresh_from_db()
    assert zara.name == NAME


def test_the_account_goes_with_its_sessions(inside, zara, client_for):
    grant = open_portal(contact=zara, by=inside)
    client = client_for(grant.user)
    assert client.get("/portal/").status_code == 200
    _erase(zara, inside)
    user = User.objects.get(pk=grant.user_id)
    assert (user.name, user.email, user.is_active) == ("Erased person", f"{user.pk}@erased.invalid", False)
    assert not UserSession.objects.filter(user=user).exists()
    assert Invitation.objects.get(membership__user=user).name == "Erased person"
    assert client.get("/portal/").status_code == 302  # to sign in
    with institute_context(NETWORK_ID):
        assert not CANARIES.search(str([*Occurrence.objects.values(), *Message.objects.values()]))


def test_an_account_that_is_used_elsewhere_stays(inside, zara, liot):
    grant = open_portal(contact=zara, by=inside)
    give_role(grant.user, liot, Role.SPONSOR_CONTACT)
    _erase(zara, inside)
    assert User.objects.get(pk=grant.user_id).email == ADDRESS
    grant.refresh_from_db()
    assert grant.revoked_at


def test_a_name_that_others_have_too_goes_from_their_own_conversations_only(inside, zara):
    namesake = make_contact(make_employer("Festo"), NAME)
    call = {"kind": "call", "summary": f"{NAME} rang"}
    own = log_engagement(**call, employer=zara.employer, contacts=[zara], by=inside)
    other = log_engagement(**call, employer=namesake.employer, contacts=[namesake], by=inside)
    assert inventory(person_of(zara)).name_is_shared
    _erase(zara, inside)
    for talk, said in ((own, "[erased] rang"), (other, f"{NAME} rang")):
        talk.refresh_from_db()
        assert talk.summary == said
    namesake.refresh_from_db()
    assert namesake.name == NAME
    assert AuditPersonal.objects.filter(values__summary__icontains=NAME).count() == 1


@pytest.fixture
def planted(committed) -> Planter:
    """A row in every tenant table with the person's name, address and number in every text.

    What is left afterwards may be columns that name things and are facts of the audit, where tests/architecture sees to
    it that nobody types sentences.
    """
    planter = _Planter(make_institute("yhiot"))
    planter.plant()
    with connections["owner"].cursor() as cursor:
        for table in _everything(cursor):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        # The person's own row as it would be; the names of employers and colleagues are not theirs, and what the
        # database itself writes down about changes never holds personal columns.
        facts = [NAME, ADDRESS, PHONE, f"Head of {NAME}"]
        cursor.execute(
            "UPDATE employers_contact SET name = %s, email = %s, phone = %s, job_title = %s, email_domain = '',"
            " left_on = NULL, erased_at = NULL, first_id = NULL",
            facts,
        )
        cursor.execute("UPDATE employers_employer SET name = 'Quickline'")
        cursor.execute("UPDATE identity_user SET name = 'Somebody', email = id || '@staff.example'")
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditentry SET facts = '{}', request_id = '', table_name = ''")
    return planter


def test_no_table_keeps_anything_of_an_erased_person(planted):
    """Read from the catalogue, so that a table made tomorrow is among them."""
    administrator = make_user("Ellen Shaw")
    give_role(administrator, planted.institute, Role.INSTITUTE_ADMINISTRATOR)
    with institute_context(planted.institute.id, user_id=administrator.id):
        _erase(Contact.objects.get(pk=planted.ids[Contact]), administrator)
    with connections["owner"].cursor() as cursor:
        left = {table: _singing(text) for table, text in _everything(cursor).items() if CANARIES.search(text)}
        kept = kept_as_facts(cursor)
    for table, column in OF_COLLEAGUES:
        left[table].discard(column)
    assert {table: found for table, found in left.items() if found - kept.get(table, set())} == {}


def test_what_another_institute_holds_is_theirs_to_erase(inside, zara, liot):
    with institute_context(liot.id):
        theirs = make_contact(make_employer(f"{NAME} Ltd"), NAME, email=ADDRESS)
    _erase(zara, inside)
    with institute_context(liot.id):
        theirs.refresh_from_db()
        assert (theirs.name, theirs.email) == (NAME, ADDRESS)


def _singing(text: str) -> set[str]:
    rows = [json.loads(line) for line in text.splitlines()]
    return {column for row in rows for column, value in row.items() if CANARIES.search(str(value))}


class _Planter(Planter):
    """As its base, with one person's name, address and number in every text long enough for it."""

    def _text(self, column: str, room: int) -> str:
        said = f"{NAME} {PHONE} {ADDRESS} {super()._text(column, room)}"
        return said if len(said) <= room else NAME if len(NAME) <= room else "x"[:room]
