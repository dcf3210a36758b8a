"""Second factors in a real browser; passkeys with Chromium's own virtual authenticator."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.accounts.test_browser import newest_code
from tests.browser import assert_accessible, in_every_look
from tests.factories.identity import make_user
from tests.factories.second_factors import code_of, give_app

pytestmark = pytest.mark.browser


@pytest.fixture
def on_localhost(site, open_page):
    """Passkeys belong to a name, never to an address of four numbers."""

    def visit(page, path):
        address = site.url.replace("127.0.0.1", "localhost") + path
        page.wait_for_load_state()
        try:
            page.goto(address)
        except PlaywrightError as error:  # a page that was still on its way cut this one off
            if "ERR_ABORTED" not in str(error):
                raise
            page.wait_for_load_state()
            page.goto(address)

    return visit


@pytest.fixture
def with_authenticator(chromium):
    """Give a page a built-in authenticator whose owner has proved to be there."""

    def add(page):
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
        added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

        def verified(yes):
            is_verified = {"authenticatorId": added["authenticatorId"], "isUserVerified": yes}
            devtools.send("WebAuthn.setUserVerified", is_verified)

        return verified

    return add


def sign_in_by_mail(page, email):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(newest_code())
    page.get_by_role("button", name="Sign in").click()


def test_a_finance_officer_sets_up_a_passkey_and_signs_in_with_it(
    open_page, on_localhost, with_authenticator, people, yhiot, settings
):
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    page = open_page("/accounts/login/")
    verified = with_authenticator(page)
    on_localhost(page, "/accounts/login/?next=/i/yhiot/employers/")
    sign_in_by_mail(page, people.finance_officer.email)
    expect(page.get_by_text("Your role needs a second factor").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What to call it").fill("Laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    assert_accessible(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(re.compile(r"/i/yhiot/$"))

    page.context.clear_cookies()
    on_localhost(page, "/accounts/login/?next=/i/yhiot/employers/")
    verified(False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible()
    verified(True)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"/i/yhiot/employers/$"))

    page.context.clear_cookies()
    on_localhost(page, "/accounts/login/")
    sign_in_by_mail(page, people.finance_officer.email)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r"/i/yhiot/$"))

    Authenticator.objects.all().delete()
    page.context.clear_cookies()
    on_localhost(page, "/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That passkey is not known here").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_an_app_is_set_up_and_used(open_page, site, settings, javascript):
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    user = make_user("Rosa Klein", "rosa@staff.example")
    page = open_page("/accounts/login/", javascript=javascript)
    sign_in_by_mail(page, user.email)
    page.goto(site.path("/accounts/second-factor/"))
    page.get_by_role("link", name="Add an authenticator app").click()
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill("12")
    page.get_by_role("button", name="Add this app").click()
    expect(page.get_by_text("That is not the code").first).to_be_visible()
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Add this app").click()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    page.context.clear_cookies()
    page.goto(site.path("/accounts/login/"))
    sign_in_by_mail(page, user.email)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("You have no role at the moment")).to_be_visible()


def test_the_pages_about_second_factors_are_accessible(open_page, people, yhiot, settings):
    leeds = {"name": "Leeds College", "issuer": "https://login.example/leeds", "client_id": "", "client_secret": ""}
    settings.SINGLE_SIGN_ON = {"leeds": leeds | {"domains": frozenset(), "second_factor": frozenset()}}
    admin, officer = people.institute_administrator, people.finance_officer
    in_every_look(open_page, "/accounts/login/", "sign-in-college")
    in_every_look(open_page, "/accounts/second-factor/", "factors-none", admin)
    give_app(officer)
    in_every_look(open_page, "/accounts/second-factor/", "factors", officer)
    in_every_look(open_page, "/accounts/second-factor/app/", "factor-app", admin)
    in_every_look(open_page, "/accounts/second-factor/passkey/", "factor-passkey", admin)
    in_every_look(open_page, "/accounts/second-factor/codes/", "factor-codes", officer)
    in_every_look(open_page, "/accounts/second-factor/confirm/", "factor-confirm", officer)
    in_every_look(open_page, "/accounts/second-factor/confirm/", "factor-confirm-none", admin)
    in_every_look(open_page, f"/accounts/people/{officer.id}/", "person-with-factor", admin, yhiot)
    reset = f"/accounts/people/{officer.id}/second-factor/reset/"
    in_every_look(open_page, reset, "factor-reset", admin, yhiot)
