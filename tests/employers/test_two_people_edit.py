"""Two people edit one employer, or one contact: nobody's change is lost unseen."""

import re

import pytest

from employers.models import ContactRole
from tests.factories.employers import make_contact

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
