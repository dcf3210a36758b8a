"""A long PDF is made by a worker: the request answers at once, the page says how far it is, then there is the file."""

import datetime as dt

import pytest

from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.errors import OverLimit
from crm.core.models import PreparedFile
from crm.core.registry import reports
from crm.web import making_files, prepared
from crm.web.making_files import make_next_file
from crm.web.prepared import ask_for_file, forget_old_files
from employers.actions.rights import erase_person
from employers.models import Engagement
from employers.reads.rights import inventory, person_of
from tests.browser import in_every_look
from tests.factories.employers import make_contact, make_employer
from tests.reading import text_of
from workers import tasks
from workers.shapes import institutes_with_work

State = PreparedFile.State


@pytest.fixture(autouse=True)
def two_rows_are_many(monkeypatch):
    monkeypatch.setattr("crm.web.views.reports.AT_ONCE", 2)


@pytest.fixture
def conversations(inside):
    employer = make_employer("Sprint")
    for day in range(1, 5):
        moment = dt.datetime(2026, 10, day, 12, tzinfo=dt.UTC)
        Engagement.objects.create(employer=employer, kind="call", happened_at=moment, summary=f"Call {day}", by=inside)


@pytest.fixture
def client(client_for, people, yhiot):
    return client_for(people.auditor, yhiot)


def ask(client, asked=""):
    return client.get(f"/reports/conversations.pdf{asked}")


def test_a_short_one_comes_at_once(conversations, client):
    answer = ask(client, "?until=2026-10-02")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert not PreparedFile.objects.exists()


def test_a_long_one_is_made_by_a_worker_and_fetched_from_its_page(conversations, client, yhiot):
    page_url = ask(client, "?since=2026-10-02").url
    page = client.get(page_url)
    assert "Waiting for its turn" in page.content.decode()
    assert 'hx-trigger="every 1s"' in page.content.decode()
    progress = client.get(f"{page_url}progress/")
    assert (progress.status_code, "<html" in progress.content.decode()) == (200, False)
    assert client.get(f"{page_url}download/").status_code == 404
    tasks.make_files(str(yhiot.id))
    done = client.get(f"{page_url}progress/")
    assert (done.status_code, done.headers["HX-Redirect"]) == (286, page_url)
    page = client.get(page_url).content.decode()
    assert "The file is ready" in page and f"{page_url}download/" in page
    assert "hx-trigger" not in page.split('id="progress"')[1].split("</main>")[0]
    answer = client.get(f"{page_url}download/")
    assert "conversations-from-2026-10-02-yhiot-" in answer.headers["Content-Disposition"]
    text = " ".join(text_of(answer.content).split())
    assert "Period: from 2 October 2026" in text
    assert "Call 2" in text and "Call 4" in text and "Call 1" not in text


def test_the_same_question_while_one_is_being_made_leads_to_that_one(conversations, client, yhiot):
    first, again, other = ask(client), ask(client), ask(client, "?since=2026-10-02")
    assert first.url == again.url != other.url
    make_next_file(yhiot.id)
    assert ask(client).url != first.url  # its figures are of another moment


def test_one_person_waits_for_a_few_only(conversations, client):
    for day in range(1, prepared.MOST_WAITING + 1):
        assert "files" in ask(client, f"?since=1999-01-0{day}").url
    refused = client.get("/reports/conversations.pdf?since=1999-02-01", follow=True)
    assert refused.redirect_chain[-1][0].endswith("/reports/conversations/?since=1999-02-01")
    assert "several files that are not ready yet" in refused.content.decode()
    assert PreparedFile.objects.count() == prepared.MOST_WAITING


def test_who_may_not_see_the_report_gets_nothing_of_its_file(inside, client_for, people, yhiot, liot):
    file = ask_for_file(report=reports["journal"](), by=people.finance_officer)
    make_next_file(yhiot.id)
    ends = ("", "progress/", "download/")

    def seen_by(user, institute=yhiot):
        one = client_for(user, institute)
        return {one.get(f"/reports/files/{file.pk}/{end}").status_code for end in ends}

    assert seen_by(people.events_coordinator) == {403}
    assert seen_by(people.institute_administrator) == {403}
    assert seen_by(people.at(liot).finance_officer, liot) == {404}
    assert seen_by(people.auditor) == {200, 286}


def test_one_that_fails_is_tried_again_and_then_given_up_in_words(conversations, client, yhiot, monkeypatch):
    url = ask(client).url
    monkeypatch.setattr(making_files, "write_pdf", lambda document: 1 / 0)
    states = []
    for _ in range(making_files.MOST_ATTEMPTS):
        make_next_file(yhiot.id)
        states.append(PreparedFile.objects.get().state)
    assert states == [State.WAITING, State.WAITING, State.FAILED]
    assert make_next_file(yhiot.id) is False
    page = client.get(url).content.decode()
    assert "could not be made" in page and "/reports/conversations.pdf" in page


def test_one_whose_worker_was_killed_is_found_and_made_and_a_late_worker_changes_nothing(conversations, client, yhiot):
    ask(client)
    file = PreparedFile.objects.get()
    PreparedFile.objects.update(state=State.WORKING, attempts=1, lease_until=now() + dt.timedelta(minutes=1))
    assert make_next_file(yhiot.id) is False  # somebody is at it
    PreparedFile.objects.update(lease_until=now() - dt.timedelta(seconds=1))
    assert institutes_with_work("files") == [yhiot.id]
    make_next_file(yhiot.id)
    made = PreparedFile.objects.get()
    assert (made.state, made.attempts) == (State.READY, 2)
    with institute_context(yhiot.id):
        making_files._make(file, 1, yhiot)
    assert PreparedFile.objects.get().ready_at == made.ready_at


def test_a_file_is_forgotten_after_a_day(conversations, client, yhiot):
    ask(client)
    assert (forget_old_files(), institutes_with_work("old_files")) == (0, [])
    PreparedFile.objects.update(asked_at=now() - dt.timedelta(hours=25))
    assert institutes_with_work("old_files") == [yhiot.id]
    assert forget_old_files() == 1


def test_no_file_outlives_the_erasure_of_somebody_in_it(conversations, client, yhiot, inside):
    url = ask(client).url
    make_next_file(yhiot.id)
    assert client.get(f"{url}download/").status_code == 200
    ask(client, "?since=2026-10-02")
    being_made = PreparedFile.objects.get(state=State.WAITING)
    PreparedFile.objects.filter(pk=being_made.pk).update(state=State.WORKING, attempts=1)
    ola = make_contact(make_employer("Quickline"), "Ola Wenn")
    erase_person(contact=ola, reason="asked", seen=inventory(person_of(ola)).digest, by=inside)
    assert client.get(f"{url}download/").status_code == 404
    making_files._make(being_made, 1, yhiot)  # the worker that began before the erasure comes too late
    assert PreparedFile.objects.get().state == State.WAITING
    make_next_file(yhiot.id)
    assert PreparedFile.objects.get().state == State.READY


def test_too_many_at_once_is_said_by_the_action(inside, people, monkeypatch):
    monkeypatch.setattr(prepared, "MOST_WAITING", 1)
    ask_for_file(report=reports["journal"]({"since": "2020-01-01"}), by=inside)
    with pytest.raises(OverLimit, match="not ready yet"):
        ask_for_file(report=reports["journal"](), by=inside)


@pytest.mark.browser
def test_the_page_is_accessible_while_it_waits_and_when_it_is_done(open_page, people, yhiot):
    with institute_context(yhiot.id):
        file = ask_for_file(report=reports["employers"](), by=people.director)
    in_every_look(open_page, f"/reports/files/{file.pk}/", "prepared-waiting", people.director, yhiot)
    make_next_file(yhiot.id)
    [waiting] = open_page.kept.values()
    waiting.get_by_text("The file is ready.").wait_for()  # the page goes on by itself, and would cross another visit
    in_every_look(open_page, f"/reports/files/{file.pk}/", "prepared-ready", people.director, yhiot)
