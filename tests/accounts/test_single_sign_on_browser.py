"""The way to a college's own sign-in and back, as a browser goes it: other site, other cookies, our policies."""

import re

import pytest
import requests
from playwright.sync_api import expect

from crm.identity.roles import Role
from tests.browser import PHONE, in_every_look
from tests.factories.identity import give_role, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def elsewhere(issuer, settings):
    """The provider under a name that makes it another site than ours, which is at 127.0.0.1."""
    url = issuer.replace("127.0.0.1", "localhost")
    settings.SINGLE_SIGN_ON = {
        "leeds": {
            "name": "Leeds College",
            "issuer": url,
            "client_id": "anchorpoint",
            "client_secret": "secret",
            "domains": frozenset({"leedscollege.example"}),
            "second_factor": frozenset(),
        }
    }
    return url


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_the_button_leads_to_the_college_and_back_to_the_page_that_was_wanted(open_page, elsewhere, yhiot, javascript):
    give_role(make_user("Rosa Klein", "rosa@leedscollege.example"), yhiot, Role.AUDITOR)
    said = {"email": "rosa@leedscollege.example", "email_verified": True, "name": "Rosa Klein"}
    requests.put(f"{elsewhere}/users/rosa", json=said, timeout=5).raise_for_status()
    page = open_page("/i/yhiot/employers/", width=PHONE, javascript=javascript)
    page.get_by_role("link", name="Sign in with Leeds College").click()
    expect(page).to_have_url(re.compile(f"^{elsewhere}/"))
    page.get_by_role("textbox", name="sub").fill("rosa")
    page.get_by_role("textbox", name="sub").press("Enter")
    expect(page).to_have_url(re.compile(r"//127.*/i/yhiot/employers/$"))


def test_the_page_with_the_button_is_accessible(open_page, elsewhere):
    in_every_look(open_page, "/accounts/login/", "sign-in-with-college")
