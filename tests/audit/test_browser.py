"""The audit pages in a real browser."""

import pytest
from playwright.sync_api import expect

from crm.audit.models import AuditEntry
from crm.audit.seals import seal_entries
from crm.base.context import institute_context
from employers.models import Contact, Employer, Tier
from tests.browser import in_every_look

pytestmark = pytest.mark.browser


@pytest.fixture
def employer(people, yhiot):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        employer = Employer.objects.create(name="Quickline Comms", owner=people.partnership_manager)
        contact = Contact.objects.create(employer=employer, name="Rosa Klein", email="rosa@quickline.example")
        employer.name, employer.town, employer.tier = "Quickline Communications", "Hull", Tier.objects.first()
        employer.save()
        seal_entries()
        contact.phone = "01482 000000"
        contact.save()
    return employer


def test_the_audit_pages_are_accessible(open_page, employer, people, yhiot):
    with institute_context(yhiot.id):
        entry = AuditEntry.objects.get(row_id=employer.id, action="update")
    in_every_look(open_page, "/audit/", "audit", people.auditor, yhiot)
    in_every_look(open_page, f"/audit/{entry.id}/", "audit-entry", people.auditor, yhiot)
    in_every_look(open_page, f"/audit/record/employers.employer/{employer.id}/", "audit-record", people.auditor, yhiot)
    in_every_look(open_page, "/audit/?until=2020-01-01", "audit-none", people.auditor, yhiot)


def test_the_list_follows_its_filter(open_page, employer, people, yhiot):
    page = open_page("/audit/", people.auditor, yhiot)
    page.get_by_label("What").select_option("Contact")
    expect(page.get_by_role("link", name="Employer: Quickline Communications")).to_have_count(0)
    expect(page.get_by_role("link", name="Contact: Rosa Klein").first).to_be_visible()
    page.get_by_role("link", name="Contact: Rosa Klein").first.click()
    page.get_by_role("link", name="Whole history").click()
    expect(page.get_by_text("rosa@quickline.example").first).to_be_visible()
