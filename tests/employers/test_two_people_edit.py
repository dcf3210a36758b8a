"""Two people edit one employer, or one contact: nobody's change is lost unseen."""

import datetime as dt
import re

import pytest

from crm.base.clock import next_working_day, today
from crm.identity.models import Membership
from employers.actions import add_follow_up, name_tag
from employers.models import ContactRole, Employer
from tests.factories.employers import make_contact
from tests.factories.facts import make_promise

VERSION = re.compile(r'name="version" value="([^"]+)"')


def _open(client, path):
    return VERSION.search(client.get(path).content.decode())[1]


@pytest.fixture
def colleague(client_for, people, yhiot):
    user = people.at(yhiot).partnership_manager
    user.name = "Rosa Klein"
    user.save()
    return client_for(user, yhiot)


def test_the_second_is_told_who_changed_what_and_may_save_again(manager, colleague, quickline):
    path = f"/employers/{quickline.pk}/edit/"
    facts = {"name": quickline.name, "sector": quickline.sector}
    opened = _open(manager, path)
    assert colleague.post(path, facts | {"town": "Hull", "version": _open(colleague, path)}).status_code == 302
    refused = manager.post(path, facts | {"town": "York", "version": opened})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Rosa Klein changed town from “nothing” to “Hull” at " in text
    assert 'value="York"' in text
    quickline.refresh_from_db()
    assert quickline.town == "Hull"
    again = manager.post(path, facts | {"town": "York", "version": VERSION.search(text)[1]})
    assert again.status_code == 302
    quickline.refresh_from_db()
    assert quickline.town == "York"


def test_what_the_form_does_not_show_makes_it_no_older(manager, quickline):
    path = f"/employers/{quickline.pk}/edit/"
    opened = _open(manager, path)
    manager.post(f"/employers/{quickline.pk}/stage/", {"stage": "dormant"})
    facts = {"name": quickline.name, "sector": quickline.sector, "version": opened}
    assert manager.post(path, facts | {"town": "York"}).status_code == 302


def test_roles_of_a_contact_count_too(manager, colleague, quickline):
    contact = make_contact(quickline, "Jo Marsh")
    path = f"/employers/contacts/{contact.pk}/"
    opened = _open(manager, path)
    facts = {"name": "Jo Marsh", "email": contact.email}
    colleague.post(path, facts | {"roles": ["main"], "version": _open(colleague, path)})
    refused = manager.post(path, facts | {"version": opened})
    assert refused.status_code == 422
    assert "A colleague has changed this since you opened the page." in refused.content.decode()
    assert ContactRole.objects.get().ends_on is None


@pytest.mark.parametrize("version", ["", "x", "x y", "\x00", "0 0001-01-01T00:00:00+00:00", "0 2026-01-01"])
def test_a_version_made_up_breaks_nothing(version, manager, quickline):
    path = f"/employers/{quickline.pk}/edit/"
    answer = manager.post(path, {"name": "Other", "version": version})
    assert answer.status_code == (422 if version else 302)


def test_whoever_hands_a_next_step_over_moves_no_day_that_a_colleague_has_set(manager, colleague, quickline, people):
    owner = people.partnership_manager
    monday, later = next_working_day(today()), next_working_day(today() + dt.timedelta(days=9))
    step = add_follow_up(title="Call", due_on=monday, owner=owner, employer=quickline, by=owner)
    path = f"/employers/next-steps/{step.pk}/"
    opened = _open(manager, path)
    colleague.post(path, {"due_on": later, "owner": owner.pk, "version": _open(colleague, path)})
    refused = manager.post(path, {"due_on": monday, "owner": people.events_coordinator.pk, "version": opened})
    assert refused.status_code == 422
    step.refresh_from_db()
    assert (step.due_on, step.owner) == (later, owner)


def test_a_tag_that_a_colleague_has_put_on_is_not_taken_off_unseen(manager, colleague, quickline):
    host, mentor = name_tag(name="Host", by=None), name_tag(name="Mentor", by=None)
    path = f"/employers/{quickline.pk}/tags/"
    opened = _open(manager, path)
    colleague.post(path, {"tags": [host.pk], "version": _open(colleague, path)})
    assert manager.post(path, {"tags": [mentor.pk], "version": opened}).status_code == 422
    assert list(quickline.tag_links.values_list("tag", flat=True)) == [host.pk]


def test_a_page_left_open_over_night_names_the_day_of_the_colleagues_change(manager, colleague, quickline, monkeypatch):
    path = f"/employers/{quickline.pk}/edit/"
    facts = {"name": quickline.name, "sector": quickline.sector}
    opened = _open(manager, path)
    colleague.post(path, facts | {"town": "Hull", "version": _open(colleague, path)})
    monkeypatch.setattr("crm.audit.edits.today", lambda: today() + dt.timedelta(days=1))
    text = manager.post(path, facts | {"town": "York", "version": opened}).content.decode()
    assert re.search(rf"to “Hull” at \d\d:\d\d on {today():%-d %b %Y}", text)


def test_an_edit_leaves_what_belongs_to_a_colleague_who_has_left_the_institute_with_them(manager, quickline, people):
    gone, by = people.events_coordinator, people.partnership_manager
    Employer.objects.filter(pk=quickline.pk).update(owner=gone)
    step = add_follow_up(title="Call", due_on=today(), owner=gone, employer=quickline, by=by)
    promise = make_promise(quickline, gone)
    Membership.objects.filter(user=gone).update(is_active=False)
    later = next_working_day(today() + dt.timedelta(days=9))
    edits = {
        f"/employers/{quickline.pk}/edit/": {"name": "Quickline", "town": "Hull"},
        f"/employers/next-steps/{step.pk}/": {"due_on": later},
        f"/employers/promises/{promise.pk}/": {"what": "Send the new outline", "due_on": later},
    }
    for path, facts in edits.items():
        field = manager.get(path).context["form"]["owner"]
        [sent] = [choice.data["value"] for choice in field.subwidgets if choice.data["selected"]]
        version = _open(manager, path)
        assert manager.post(path, {**facts, "owner": str(sent), "version": version}).status_code == 302, path
    for row in (quickline, step, promise):
        row.refresh_from_db()
        assert row.owner == gone
    assert (quickline.town, step.due_on, promise.what) == ("Hull", later, "Send the new outline")
