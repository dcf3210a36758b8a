"""The account pages in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from crm.accounts.demo_links import sign_in_links
from crm.base.context import NETWORK_ID, institute_context
from crm.identity.models import User
from crm.identity.roles import Role
from crm.mail.models import Message
from tests.browser import PHONE, assert_accessible, in_every_look
from tests.factories.identity import give_role, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def admin(people):
    return people.institute_administrator


def newest_code():
    with institute_context(NETWORK_ID):
        return re.search(r"\b\d{4}-\d{4}\b", Message.objects.latest("occurrence__due_at").text)[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_person_signs_in_with_the_code_from_the_stored_mail(open_page, people, yhiot, settings, javascript):
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    page = open_page("/i/yhiot/settings/roles/", width=PHONE, javascript=javascript)
    page.get_by_label("E-mail address").fill(people.director.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill("0000-0000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That is not the code").first).to_be_visible()
    page.get_by_label("Code").fill(newest_code())
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/i/yhiot/settings/roles/$"))


def test_the_sign_in_pages_are_accessible(open_page, site, people):
    in_every_look(open_page, "/accounts/login/", "sign-in")
    page = open_page("/accounts/login/")
    page.get_by_label("E-mail address").fill("nobody@staff.example")
    page.get_by_role("button", name="Send me a code").click()
    assert_accessible(page)
    page.get_by_role("button", name="Sign in").click()
    assert_accessible(page)


def test_the_page_of_a_demo_link_is_accessible_and_its_button_signs_in(open_page, site, people, yhiot):
    people.director  # noqa: B018
    [(_, name, url)] = sign_in_links(site.url)
    in_every_look(open_page, url.removeprefix(site.url), "demo-link")
    page = open_page(url.removeprefix(site.url))
    expect(page.get_by_text(name).first).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/i/yhiot/$"))
    in_every_look(open_page, url.removeprefix(site.url), "demo-link-used")


def test_sessions_and_the_choice_of_institutes_are_accessible(open_page, people, yhiot, liot):
    give_role(people.director, liot, Role.AUDITOR)
    in_every_look(open_page, "/accounts/", "landing", people.director)
    open_page("/accounts/sessions/", people.director)
    in_every_look(open_page, "/accounts/sessions/", "sessions", people.director)
    in_every_look(open_page, "/accounts/", "landing-no-role", make_user())
    in_every_look(open_page, "/accounts/logout/", "sign-out", people.director)


def test_the_pages_about_people_are_accessible(open_page, admin, people, yhiot):
    for role in (Role.DIRECTOR, Role.AUDITOR, Role.FINANCE_OFFICER):
        getattr(people, role)
    give_role(people.director, yhiot, Role.PARTNERSHIP_MANAGER)
    in_every_look(open_page, "/accounts/people/", "people", admin, yhiot)
    in_every_look(open_page, f"/accounts/people/{people.director.id}/", "person", admin, yhiot)
    in_every_look(open_page, "/accounts/people/invite/", "invite", admin, yhiot)


def test_an_administrator_invites_somebody(open_page, admin, yhiot, settings):
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    page = open_page("/accounts/people/", admin, yhiot)
    page.get_by_role("link", name="Invite a person").click()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.get_by_label("Name").fill("Rosa Klein")
    page.get_by_label("E-mail address").fill("rosa@college.example")
    page.get_by_label("Role").select_option("Director")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("row", name=re.compile("Rosa Klein.*Director.*Invited"))).to_be_visible()
    assert User.objects.filter(email="rosa@college.example").exists()
