"""A sponsor's contact whose address is changed: with which they sign in from then on, and who says so."""

import pytest
from allauth.usersessions.models import UserSession

from crm.audit.models import AuditEntry
from crm.base.context import institute_context
from crm.base.errors import DomainError
from crm.core.registry import personal_data
from crm.identity.models import Membership, User
from crm.identity.roles import Permission, Role
from crm.outbox.models import TimelineItem
from employers.actions import change_contact
from sponsorships.actions.portal import open_portal
from sponsorships.models import PortalGrant
from tests.factories.agreements import make_sponsor
from tests.factories.employers import make_contact
from tests.imports.steps import applied, counts

OLD, NEW = "fay@quickline.example", "fay.holt@quickline.example"


@pytest.fixture
def fay(inside):
    return make_contact(make_sponsor("Quickline"), "Fay Holt", email=OLD)


@pytest.fixture
def grant(inside, fay):
    return open_portal(contact=fay, by=inside)


def sponsors():
    """The addresses that may read a sponsor's report by their role."""
    return set(Membership.objects.in_force().filter(role=Role.SPONSOR_CONTACT).values_list("user__email", flat=True))


def test_the_new_address_reads_the_report_and_the_old_one_no_more(inside, fay, grant, client_for, mailoutbox):
    before = client_for(grant.user)
    assert before.get("/portal/").status_code == 200
    change_contact(contact=fay, email=NEW, moves_sign_in=True, by=inside)
    opened = PortalGrant.objects.live().get()
    assert (opened.user.email, opened.contact, opened.granted_by) == (NEW, fay, inside)
    assert sponsors() == {NEW}
    assert not UserSession.objects.filter(user=grant.user).exists()
    assert before.get("/portal/").status_code == 302
    assert client_for(opened.user).get("/portal/").status_code == 200
    assert [letter.to for letter in mailoutbox[-1:]] == [[NEW]]


def test_nobodys_account_gets_another_address_and_who_moved_it_stands_in_the_audit(inside, fay, grant):
    change_contact(contact=fay, email=NEW, moves_sign_in=True, by=inside)
    grant.refresh_from_db()
    assert (grant.user.email, grant.revoked_by) == (OLD, inside)
    table = PortalGrant._meta.db_table
    told = AuditEntry.objects.filter(table_name=table, actor_id=inside.id).values_list("action", "row_id")
    assert ("update", grant.pk) in told and ("insert", PortalGrant.objects.live().get().pk) in told
    lines = list(TimelineItem.objects.filter(kind="portal").order_by("id").values_list("text", flat=True))
    assert lines[-2:] == [
        "A contact may no longer read the sponsor report",
        "A contact may now read the sponsor report",
    ]


@pytest.mark.parametrize("address", [NEW, ""])
def test_without_a_word_about_it_the_address_is_not_changed(inside, fay, grant, address):
    with pytest.raises(DomainError, match=f"signs in to the sponsor report with {OLD}") as refused:
        change_contact(contact=fay, email=address, by=inside)
    assert refused.value.field == "moves_sign_in"
    fay.refresh_from_db()
    assert fay.email == OLD
    assert PortalGrant.objects.live().get() == grant


def test_what_else_is_changed_asks_nothing(inside, fay, grant):
    change_contact(contact=fay, email=OLD.upper(), job_title="Finance director", by=inside)
    change_contact(contact=fay, phone="01482 561000", moves_sign_in=True, by=inside)
    assert PortalGrant.objects.get() == grant


def test_who_has_no_address_any_more_reads_no_more(inside, fay, grant):
    change_contact(contact=fay, email="", moves_sign_in=True, by=inside)
    assert not PortalGrant.objects.live().exists()
    assert sponsors() == set()


def test_an_oldest_view_that_names_no_contact_moves_too(inside, fay, grant):
    PortalGrant.objects.update(contact=None)
    with pytest.raises(DomainError):
        change_contact(contact=fay, email=NEW, by=inside)
    change_contact(contact=fay, email=NEW, moves_sign_in=True, by=inside)
    assert [grant.user.email for grant in PortalGrant.objects.live()] == [NEW]


def test_a_view_that_kept_an_earlier_address_is_brought_to_the_present_one(inside, fay, grant):
    type(fay).objects.filter(pk=fay.pk).update(email=NEW)
    change_contact(contact=fay, moves_sign_in=True, by=inside)
    assert [grant.user.email for grant in PortalGrant.objects.live()] == [NEW]


def test_a_colleague_whose_address_it_was_keeps_their_own_roles(inside, people, yhiot):
    director = people.director
    contact = make_contact(make_sponsor("Festo"), email=director.email)
    open_portal(contact=contact, by=inside)
    change_contact(contact=contact, email="new@festo.example", moves_sign_in=True, by=inside)
    assert set(Membership.objects.in_force().filter(user=director).values_list("role", flat=True)) == {Role.DIRECTOR}
    assert User.objects.get(pk=director.pk).email == director.email


def test_a_view_that_another_institute_opened_stays(inside, fay, grant, people, yhiot, liot):
    with institute_context(liot.id, user_id=people.at(liot).partnership_manager.id):
        theirs = make_contact(make_sponsor("Quickline"), "Fay Holt", email=OLD)
        open_portal(contact=theirs, by=people.at(liot).partnership_manager)
    change_contact(contact=fay, email=NEW, moves_sign_in=True, by=inside)
    with institute_context(liot.id):
        assert [one.user.email for one in PortalGrant.objects.live()] == [OLD]


def test_the_page_says_what_they_sign_in_with_and_asks(inside, fay, grant, client_for, yhiot):
    client = client_for(inside, yhiot)
    path = f"/employers/contacts/{fay.pk}/"
    assert f"sign in to the sponsor report with {OLD}" in client.get(path).content.decode()
    sent = {"name": "Fay Holt", "email": NEW}
    refused = client.post(path, sent)
    assert refused.status_code == 422
    assert "moves_sign_in" in refused.context["form"].errors
    assert client.post(path, sent | {"moves_sign_in": "on"}).status_code == 302
    assert [one.user.email for one in PortalGrant.objects.live()] == [NEW]
    stranger = make_contact(fay.employer, "Ann Lee", email="ann@quickline.example")
    assert "moves_sign_in" not in client.get(f"/employers/contacts/{stranger.pk}/").content.decode()


def test_a_program_says_so_too_and_needs_the_right(inside, fay, grant, api_for, yhiot):
    api, path = api_for(inside, yhiot), f"contacts/{fay.pk}/"
    assert api.patch(path, {"email": NEW}).json()["errors"][0]["pointer"] == "/moves_sign_in"
    narrow = api_for(inside, yhiot, [Permission.SEE_EMPLOYERS, Permission.EDIT_EMPLOYERS])
    assert narrow.patch(path, {"email": NEW, "moves_sign_in": True}).status_code == 403
    assert PortalGrant.objects.live().get() == grant
    assert api.patch(path, {"email": NEW, "moves_sign_in": True}).json()["email"] == NEW
    assert [one.user.email for one in PortalGrant.objects.live()] == [NEW]


def test_a_file_changes_no_sign_in(inside, fay, grant):
    content = f"Id,Name,Email,Employer\n7,Fay Holt,{OLD},Quickline\n".encode()
    applied(inside, content, kind="contacts", name="people.csv", source="List")
    job = applied(inside, content.replace(OLD.encode(), NEW.encode()), kind="contacts", name="p.csv", source="List",
                  overwrites=True)  # fmt: skip
    assert counts(job) == (1, 0, 0, 0, 1)
    assert "signs in to the sponsor report" in job.rows.get().remark
    assert PortalGrant.objects.live().get() == grant


def test_who_reads_no_report_signs_in_to_nothing(inside, fay):
    assert {kind().sign_in(fay.pk) for kind in personal_data} == {None}
