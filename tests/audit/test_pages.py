"""The pages "Who changed what"."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from crm.audit.actions import erase_personal
from crm.audit.models import AuditEntry, AuditSeal
from crm.audit.reads import audited_tables
from crm.audit.seals import seal_entries
from crm.audit.words import model_of, table_words
from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.core.things import THINGS
from crm.identity.models import Membership
from crm.identity.roles import Permission, Role, permissions_of
from employers.actions import add_follow_up, change_employer
from employers.models import Contact, Employer
from employers.reads.attachments import attachments
from tests.factories.employers import make_tier
from tests.factories.identity import make_user
from tests.queries import own_queries
from workers import tasks
from workers.shapes import institutes_with_work


@pytest.fixture
def page(client_for, people, yhiot):
    return client_for(people.auditor, yhiot)


@pytest.fixture
def employer(people, yhiot):
    """Added and then renamed by the partnership manager, with a contact."""
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        employer = Employer.objects.create(name="Quickline Comms")
        Contact.objects.create(employer=employer, name="Rosa Klein")
        employer.name, employer.town = "Quickline Communications", "Hull"
        employer.save()
    return employer


def entry_of(row, institute, action="update"):
    with institute_context(institute.id):
        return AuditEntry.objects.get(row_id=row.id, action=action)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_says_what_who_and_when(page, employer, people):
    shown = text(page.get("/audit/"))
    assert "Employer: Quickline Communications" in shown
    assert "Changed: name, town" in shown
    assert people.partnership_manager.name.replace("&", "&amp;") in shown


def test_the_list_is_filtered_by_what_who_and_day(page, employer, people):
    assert "Contact" not in text(page.get("/audit/?table=employers_employer")).split("<tbody>")[1]
    other = people.director
    assert "Quickline" not in text(page.get(f"/audit/?who={other.id}"))
    assert "Quickline" in text(page.get(f"/audit/?who={people.partnership_manager.id}"))
    assert "Quickline" not in text(page.get("/audit/?until=2020-01-01"))
    assert "Quickline" in text(page.get("/audit/?since=2020-01-01"))


@pytest.mark.parametrize("query", ["who=nonsense", "since=yesterday", "table=django_session", "page=99", "who=%00"])
def test_a_filter_that_makes_no_sense_is_no_error(page, employer, query):
    assert page.get(f"/audit/?{query}").status_code == 200


def test_one_change_shows_old_and_new_and_its_request(page, employer, yhiot):
    entry = entry_of(employer, yhiot)
    shown = text(page.get(f"/audit/{entry.id}/"))
    assert "Quickline Comms" in shown and "Quickline Communications" in shown
    assert "nothing" in shown and "Hull" in shown
    assert "Not sealed yet" in shown


def test_changes_of_one_request_are_shown_together(page, client_for, people, yhiot):
    admin = client_for(people.institute_administrator, yhiot)
    answer = admin.post(
        "/i/yhiot/accounts/people/invite/", {"name": "Rosa", "email": "rosa@college.example", "role": "director"}
    )
    with institute_context(yhiot.id):
        entry = AuditEntry.objects.get(table_name="accounts_invitation")
        assert entry.request_id == answer["X-Request-ID"]
        assert entry.actor_id == people.institute_administrator.id
    shown = text(page.get(f"/audit/{entry.id}/"))
    assert "Changed in the same step" in shown and "Role of a person here" in shown


def test_the_history_of_a_record_has_all_its_changes(page, employer):
    shown = text(page.get(f"/audit/record/employers.employer/{employer.id}/"))
    assert shown.count("Quickline Comms") >= 2
    assert "Added" in shown and "Changed" in shown


def test_erased_values_are_said_to_be_erased(page, employer, yhiot, people):
    with institute_context(yhiot.id, user_id=people.director.id):
        contact = Contact.objects.get()
        erase_personal(table="employers_contact", row_id=contact.id, by=people.director)
        Contact.objects.filter(id=contact.id).update(name="Somebody")
        erase_personal(table="employers_contact", row_id=contact.id, by=people.director)
    shown = text(page.get(f"/audit/record/employers.contact/{contact.id}/"))
    assert "were erased" in shown and "Rosa" not in shown


def test_another_institutes_entries_are_not_there(client_for, people, liot, employer, yhiot):
    stranger = client_for(people.at(liot).auditor, liot)
    entry = entry_of(employer, yhiot)
    assert "Quickline" not in text(stranger.get("/audit/"))
    assert stranger.get(f"/audit/{entry.id}/").status_code == 404
    assert stranger.get(f"/audit/{new_id()}/").status_code == 404
    assert stranger.get(f"/audit/record/employers.employer/{employer.id}/").status_code == 404


@pytest.mark.parametrize("role", [r for r in Role if r != Role.SPONSOR_CONTACT])
def test_only_those_who_may_see_the_audit_reach_it(client_for, people, yhiot, role):
    expected = 200 if Permission.SEE_AUDIT in permissions_of({role}) else 403
    assert client_for(getattr(people, role), yhiot).get("/audit/").status_code == expected


def test_pages_ask_as_often_for_thirty_rows_of_five_tables_as_for_one(page, inside, employer, yhiot):
    """Names and personal values of all entries come from one statement, however many tables they are of."""

    def count(address):
        with own_queries() as asked:
            assert page.get(address).status_code == 200
        return len(asked)

    page.get("/audit/")  # the first page of a session notes the visit; which tables are audited is asked once
    one = entry_of(employer, yhiot)
    addresses = ("/audit/", f"/audit/{one.id}/", f"/audit/record/employers.employer/{employer.id}/")
    counts = [8, 8, 5]  # of the log; of an entry and its request; of all that happened to one row
    record = f"/employers/{employer.id}/"  # with its last changes beside it
    assert [[count(address) for address in addresses], count(record)] == [counts, 9]
    Membership.objects.bulk_create(Membership(user=make_user(), role=Role.AUDITOR) for _ in range(30))
    change_employer(employer=employer, tier=make_tier(), owner=inside, by=inside)
    add_follow_up(title="Call again", due_on=today(), owner=inside, employer=employer, by=inside)
    assert [[count(address) for address in addresses], count(record)] == [counts, 9]


def test_tables_are_named_in_words():
    assert table_words("employers_followup") == "Follow-up"
    assert table_words("gone_table_of_old") == "Table of old"
    assert model_of("employers_employer") is Employer


def test_every_table_that_a_page_may_name_has_the_words_of_the_pages(inside):
    """Else a reader would be shown the name of a model, such as “Api token” or “Learner ref”."""
    models = {model_of(table) for table in audited_tables()} | {attachment.model for attachment in attachments()}
    assert {model._meta.label for model in models} == set(THINGS)
    words = [word for both in THINGS.values() for word in set(both)]
    assert len(words) == len(set(words))


def test_a_change_names_the_kinds_of_rows_it_points_at_in_words(page, employer, inside, yhiot):
    add_follow_up(title="Call again", due_on=today(), owner=inside, employer=employer, by=inside)
    with institute_context(yhiot.id):
        added = AuditEntry.objects.filter(table_name="employers_followup").latest("at")
    said = page.get(f"/audit/{added.id}/").content.decode()
    assert "Follow-up" in said and "employers.employer" not in said


def test_the_filter_of_the_log_speaks_the_words_of_the_pages(page, employer):
    said = page.get("/audit/").content.decode()
    for words in ("Conversation", "Follow-up", "API token", "Learner reference", "Payment of an award", "Kept view"):
        assert f">{words}</option>" in said
    assert "Api token" not in said and ">Engagement<" not in said


def test_the_worker_seals_what_is_in_no_seal(employer, yhiot):
    assert institutes_with_work("audit") == [yhiot.id]
    tasks.seal_audit(str(yhiot.id))
    with institute_context(yhiot.id):
        assert AuditSeal.objects.get().entries == AuditEntry.objects.count()
    assert institutes_with_work("audit") == []


def test_the_command_says_that_history_holds(employer, yhiot, capsys):
    with institute_context(yhiot.id):
        seal_entries()
    call_command("audit", "verify")
    assert "yhiot: " in (said := capsys.readouterr().out) and "entries hold; seals: 1, head: " in said


def test_the_command_names_the_row_that_was_changed(committed, yhiot, capsys):
    with institute_context(yhiot.id):
        employer = Employer.objects.create(name="Quickline")
        seal_entries()
        entry = AuditEntry.objects.get(row_id=employer.id)
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        owner.execute("UPDATE audit_auditentry SET facts = jsonb_set(facts, '{name}', '\"Quicklime\"')")
    with pytest.raises(CommandError, match="yhiot"):
        call_command("audit", "verify", "--institute", "yhiot")
    assert f"Entry {entry.id} in seal 1 was changed." in capsys.readouterr().out


def test_an_employers_page_shows_its_last_changes_to_those_who_may_see_them(client_for, people, yhiot, employer):
    shown = text(client_for(people.auditor, yhiot).get(f"/employers/{employer.id}/"))
    assert f"/audit/record/employers_employer/{employer.id}/" in shown
    hidden = text(client_for(people.partnership_manager, yhiot).get(f"/employers/{employer.id}/"))
    assert "/audit/" not in hidden
