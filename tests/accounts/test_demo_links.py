"""Links of the demo: they name a person, sign in once, and only by a button."""

import html

import pytest
from django.test import Client

from crm.accounts.demo_links import NotADemo, sign_in_links
from crm.accounts.models import DemoLink
from crm.base.clock import now
from crm.identity.models import User

PAST = {"expires_at": "2020-01-01T00:00:00Z"}


@pytest.fixture
def link(people):
    director = people.director
    [(_, name, url)] = [row for row in sign_in_links("http://testserver") if row[0].startswith("Director")]
    assert name == director.name
    return url


def signed_in(client):
    return "_auth_user_id" in client.session


def test_there_is_a_link_for_each_role_that_somebody_has(people):
    people.director, people.auditor  # noqa: B018
    labels = [label for label, _, _ in sign_in_links()]
    assert [label.split(",")[0] for label in labels] == ["Auditor", "Director"]


def test_looking_at_a_link_names_the_person_and_signs_nobody_in(link, people):
    client = Client()
    for _ in range(2):
        page = client.get(link)
        assert people.director.name in html.unescape(page.content.decode())
        client.head(link)
    assert not signed_in(client)
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "same-origin")


def test_the_button_signs_in_once(link, people):
    client, second = Client(), Client()
    assert client.post(link).url == "/"
    assert client.session["_auth_user_id"] == str(people.director.id)
    assert second.post(link).status_code == 410
    assert second.get(link).status_code == 410
    assert not signed_in(second)


def test_the_button_needs_its_token(link):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link).status_code == 403
    assert DemoLink.objects.filter(used_at__isnull=False).count() == 0


@pytest.mark.parametrize("change", [PAST, {"used_at": "2020-01-01T00:00:00Z"}], ids=["old", "used"])
def test_a_link_that_is_no_longer_good_signs_nobody_in(link, change):
    DemoLink.objects.update(**change)
    assert Client().post(link).status_code == 410


def test_a_closed_account_cannot_be_entered_by_link(link):
    User.objects.update(is_active=False)
    assert Client().post(link).status_code == 410


def test_an_unknown_link_answers_like_a_used_one(link):
    client = Client()
    assert client.post(link).status_code == 302
    used, unknown = Client().get(link), Client().get("/accounts/demo/not-a-token/")
    assert used.status_code == unknown.status_code == 410


def test_printing_again_ends_the_links_printed_before(link):
    sign_in_links()
    assert Client().post(link).status_code == 410


def test_links_are_kept_as_hashes(link):
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert not DemoLink.objects.filter(token_hash=token).exists()
    assert DemoLink.objects.get().expires_at > now()


def test_a_real_server_has_no_links(link, settings):
    settings.DEMO = False
    with pytest.raises(NotADemo):
        sign_in_links()
    client = Client()
    assert client.get(link).status_code == client.post(link).status_code == 404
    assert not signed_in(client)


def test_the_demo_says_on_the_sign_in_page_where_its_links_are(settings):
    for settings.DEMO in (True, False):
        page = Client().get("/accounts/login/").content.decode()
        assert ("prints a link for each role" in page) is settings.DEMO
