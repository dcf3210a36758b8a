"""Who gets no report, what a small one leaves out, and how it looks."""

import pytest

from crm.base.context import institute_context
from crm.base.errors import DomainError
from crm.identity.models import User
from sponsorships.actions.portal import open_portal
from sponsorships.models import PortalGrant
from tests.browser import in_every_look
from tests.factories.agreements import make_sponsor
from tests.factories.employers import make_contact
from tests.factories.portal import make_sponsored
from tests.reading import sheets_of, text_of


def test_few_learners_are_not_shown(yhiot, people, client_for):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        grant = make_sponsored(people, [yhiot], awards=9)
    page = client_for(grant.user).get("/portal/")
    report = page.context["report"]
    assert (report.learners, report.by_term, report.by_purpose) == (None, [], [])
    assert report.usage.paid_pence == 9 * 100_00
    assert "once ten learners" in page.content.decode()


def test_nobody_is_let_in_without_an_address(inside):
    contact = make_contact(make_sponsor(), email="")
    with pytest.raises(DomainError, match="e-mail address"):
        open_portal(contact=contact, by=inside)
    assert (PortalGrant.objects.count(), User.objects.filter(name=contact.name).count()) == (0, 0)


@pytest.mark.browser
def test_the_report_is_accessible(open_page, committed, yhiot, liot, people):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        grant = make_sponsored(people, [yhiot, liot])
    in_every_look(open_page, "/portal/", "portal-report", grant.user)


def test_small_groups_are_in_no_file(yhiot, people, client_for):
    with institute_context(yhiot.id, user_id=people.partnership_manager.id):
        grant = make_sponsored(people, [yhiot], awards=9)
    client = client_for(grant.user)
    sheets = sheets_of(client.get("/portal/report.xlsx").content)
    assert sheets["In numbers"][1:] == [["Challenges funded", 0]]
    assert [len(sheets[name]) for name in ("Bursaries paid by term", "What bursaries paid for")] == [1, 1]
    text = text_of(client.get("/portal/report.pdf").content)
    assert text.count("Shown once 10 learners have been paid.") == 2
    assert "Travel" not in text and "Learners helped" not in text
