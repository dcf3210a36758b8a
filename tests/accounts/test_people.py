"""Inviting people, giving and ending roles, through the pages and their actions."""

import datetime as dt
import re
import threading

import pytest
from django.db import connections

from crm.accounts.actions import add_service, end_all_roles, end_role, give_role, invite_person
from crm.accounts.models import Invitation
from crm.base.clock import now
from crm.base.context import NETWORK_ID, institute_context
from crm.base.errors import Conflict, NotAllowed, NotFound
from crm.identity.models import Membership, User
from crm.identity.roles import Role
from crm.mail.models import Message
from crm.outbox.models import Entry
from tests.factories.identity import give_role as put_in
from tests.factories.identity import make_institute, make_user

PEOPLE = "/i/yhiot/accounts/people/"
ROSA = {"name": "Rosa Klein", "email": "Rosa@College.example", "role": "director"}


@pytest.fixture
def admin(people):
    return people.institute_administrator


@pytest.fixture
def page(client_for, admin, yhiot):
    return client_for(admin, yhiot)


@pytest.fixture
def inside_as_admin(admin, yhiot):
    with institute_context(yhiot.id, user_id=admin.id):
        yield admin


def roles_of(user, institute):
    with institute_context(institute.id):
        return {m.role for m in Membership.objects.in_force().filter(user=user, institute=institute)}


def invite(page, **changes):
    return page.post(f"{PEOPLE}invite/", ROSA | changes)


def test_an_invited_person_gets_a_role_and_a_mail(page, yhiot, mailoutbox):
    assert invite(page).url == PEOPLE
    rosa = User.objects.get(email="rosa@college.example")
    assert roles_of(rosa, yhiot) == {"director"}
    assert not rosa.has_usable_password()
    [mail] = mailoutbox
    assert mail.to == ["rosa@college.example"]
    assert yhiot.name in mail.subject and "Director" in mail.body


def test_the_invitation_is_stored_mail_and_carries_nothing_that_signs_in(page, settings):
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    invite(page)
    with institute_context(NETWORK_ID):
        message = Message.objects.get()
        assert message.occurrence.rule == "accounts.invitation"
        assert settings.SITE_URL in message.text and "token" not in message.text


def test_an_invitation_is_recorded_without_name_or_address(page, yhiot, admin):
    invite(page)
    with institute_context(yhiot.id):
        entry = Entry.objects.get(type="crm.person_invited")
        assert entry.actor_id == admin.id
        assert "rosa" not in str(entry.payload).lower()


def test_an_account_at_another_institute_is_not_revealed(page, liot, mailoutbox):
    """The page, the list and the mail are those of somebody unknown."""
    known = make_user("Professor Rosa Klein-Huber", "rosa@college.example")
    put_in(known, liot, Role.AUDITOR)
    response = page.post(f"{PEOPLE}invite/", ROSA, follow=True)
    other = page.post(f"{PEOPLE}invite/", ROSA | {"email": "new@college.example"}, follow=True)
    text, same = response.content.decode(), other.content.decode()
    assert "Klein-Huber" not in text
    assert text.count("Invited") == 1 and same.count("Invited") == 2
    assert mailoutbox[0].body == mailoutbox[1].body.replace("new@", "rosa@")
    assert "Klein-Huber" not in page.get(f"{PEOPLE}{known.id}/").content.decode()
    assert "Rosa Klein, Director" in (audit := page.get("/audit/").content.decode())
    for link in (*re.findall(r'href="(/i/yhiot/audit/[-0-9a-f]{36}/)"', audit), "/audit/"):
        assert "Klein-Huber" not in page.get(link).content.decode()
    assert User.objects.get(pk=known.pk).name == "Professor Rosa Klein-Huber"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"email": "rosa"},
        {"role": ""},
        {"role": "network_lead"},
        {"role": "sponsor_contact"},
        {"role": "god"},
    ],
    ids=str,
)
def test_a_wrong_invitation_is_refused_at_its_field(page, wrong, mailoutbox):
    before = User.objects.count()
    response = invite(page, **wrong)
    assert response.status_code == 422
    assert 'class="error"' in response.content.decode()
    assert (User.objects.count(), mailoutbox) == (before, [])


def test_a_person_is_not_invited_twice_to_the_same_role(page, mailoutbox):
    invite(page)
    response = invite(page)
    assert response.status_code == 422
    assert "has that role already" in response.content.decode()
    assert len(mailoutbox) == 1


def test_nobody_gives_themselves_a_role(page, admin, yhiot):
    assert invite(page, email=admin.email, role="finance_officer").status_code == 422
    assert page.post(f"{PEOPLE}{admin.id}/", {"role": "finance_officer"}).status_code == 422
    assert roles_of(admin, yhiot) == {"institute_administrator"}


def test_a_role_is_given_and_ended(page, people, yhiot):
    director = people.director
    page.post(f"{PEOPLE}{director.id}/", {"role": "auditor"})
    assert roles_of(director, yhiot) == {"director", "auditor"}
    with institute_context(yhiot.id):
        auditor = Membership.objects.get(user=director, role="auditor")
    page.post(f"/i/yhiot/accounts/roles/{auditor.id}/end/")
    assert roles_of(director, yhiot) == {"director"}


def test_a_role_that_ended_can_be_given_again(inside_as_admin, people, yhiot):
    membership = Membership.objects.get(user=people.director)
    end_role(membership=membership, by=inside_as_admin)
    assert give_role(user=people.director, role=Role.DIRECTOR, by=inside_as_admin).id == membership.id
    assert roles_of(people.director, yhiot) == {"director"}


def test_all_roles_end_at_once_and_the_person_is_out(page, people, yhiot, client_for):
    theirs = client_for(people.director, yhiot)
    assert theirs.get("/").status_code == 200
    page.post(f"{PEOPLE}{people.director.id}/end/")
    assert roles_of(people.director, yhiot) == set()
    assert theirs.get("/").status_code == 404
    assert "No longer here" in page.get(PEOPLE).content.decode()


def test_the_last_administrator_stays(page, admin, yhiot):
    with institute_context(yhiot.id):
        membership = Membership.objects.get(user=admin)
    for url in (f"/i/yhiot/accounts/roles/{membership.id}/end/", f"{PEOPLE}{admin.id}/end/"):
        assert "last administrator" in page.post(url, follow=True).content.decode()
    assert roles_of(admin, yhiot) == {"institute_administrator"}


def test_an_administrator_whose_account_is_closed_does_not_count(inside_as_admin, yhiot):
    gone = make_user()
    put_in(gone, yhiot, Role.INSTITUTE_ADMINISTRATOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        end_all_roles(user=inside_as_admin, by=inside_as_admin)


def test_two_administrators_who_remove_each_other_at_once_leave_one(committed):
    institute = make_institute("yhiot")
    first, second = make_user("First"), make_user("Second")
    for user in (first, second):
        put_in(user, institute, Role.INSTITUTE_ADMINISTRATOR)
    barrier, refused = threading.Barrier(2), []

    def remove(who, by):
        barrier.wait()
        try:
            with institute_context(institute.id, user_id=by.id):
                end_all_roles(user=who, by=by)
        except NotAllowed:
            refused.append(by)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((first, second), (second, first))]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(refused) == 1
    assert sorted(len(roles_of(u, institute)) for u in (first, second)) == [0, 1]


def test_a_role_is_given_only_to_people_of_the_institute(inside_as_admin, liot):
    stranger = make_user()
    put_in(stranger, liot, Role.AUDITOR)
    with pytest.raises(NotFound):
        give_role(user=stranger, role=Role.AUDITOR, by=inside_as_admin)


def test_the_network_has_its_own_roles(admin, db):
    with institute_context(NETWORK_ID, user_id=admin.id):
        assert invite_person(name="Lee", email="lee@network.example", role=Role.NETWORK_LEAD, by=admin).role
        with pytest.raises(NotAllowed):
            invite_person(name="Lee", email="lee@network.example", role=Role.AUDITOR, by=admin)


def test_a_role_ends_once(inside_as_admin, people):
    people.director  # noqa: B018
    membership = Membership.objects.get(user=people.director)
    end_role(membership=membership, by=inside_as_admin)
    with pytest.raises(Conflict):
        end_role(membership=membership, by=inside_as_admin)


def test_people_of_another_institute_are_not_there(page, people, liot):
    stranger = people.at(liot).director
    with institute_context(liot.id):
        membership = Membership.objects.get(user=stranger)
    assert page.get(f"{PEOPLE}{stranger.id}/").status_code == 404
    assert page.post(f"{PEOPLE}{stranger.id}/end/").status_code == 404
    assert page.post(f"/i/yhiot/accounts/roles/{membership.id}/end/").status_code == 404
    assert roles_of(stranger, liot) == {"director"}


@pytest.mark.parametrize("role", [r for r in Role if r not in ("institute_administrator", "sponsor_contact")])
def test_only_administrators_reach_the_page(client_for, people, yhiot, role):
    assert client_for(getattr(people, role), yhiot).get(PEOPLE).status_code == 403


def test_the_invited_go_by_the_name_the_inviter_typed_until_they_sign_in(page, liot, client_for):
    known = make_user("Professor Rosa Klein-Huber", "rosa@college.example")
    invite(page)
    client_for(known).get("/accounts/")
    assert "Klein-Huber" in page.get(PEOPLE).content.decode()


def test_the_list_asks_as_often_for_three_as_for_thirty(page, yhiot, django_assert_max_num_queries):
    for _ in range(30):
        put_in(make_user(), yhiot, Role.AUDITOR)
    with django_assert_max_num_queries(22):
        page.get(PEOPLE)


def test_what_was_typed_into_an_invitation_is_personal(page, yhiot):
    invite(page)
    with institute_context(yhiot.id):
        assert Invitation.objects.get().name == "Rosa Klein"


def test_my_day_names_who_was_invited_and_never_came(page, mailoutbox, client_for, people, yhiot):
    invite(page)
    home = page.get("/i/yhiot/").content.decode()
    assert "1 invitation is unused" in home and "Rosa Klein" in home
    assert "Invited, not yet here" not in client_for(people.director, yhiot).get("/i/yhiot/").content.decode()


def test_my_day_counts_people_as_their_list_does(page, mailoutbox, inside_as_admin, people):
    invite(page)
    end_all_roles(user=people.finance_officer, by=inside_as_admin)
    listed = page.get(PEOPLE).context
    shown = [panel for panel in page.get("/i/yhiot/").context if "waiting_count" in panel][0]
    assert shown["active"] + shown["waiting_count"] == len(listed["people"])
    assert shown["former"] == len(listed["former"]) == 1


def test_my_day_says_when_work_in_the_background_has_stopped(page, people, inside_as_admin):
    assert "Up to date" in page.get("/i/yhiot/").content.decode()
    give_role(user=people.director, role=Role.AUDITOR, by=inside_as_admin)
    Entry.objects.update(recorded_at=now() - dt.timedelta(hours=1))
    home = page.get("/i/yhiot/").content.decode()
    assert "Work in the background has stopped" in home


def test_a_program_is_never_given_a_role_that_no_program_may_have(inside_as_admin, yhiot):
    program = add_service(name="Website", role=Role.AUDITOR, by=inside_as_admin)
    for role in (Role.INSTITUTE_ADMINISTRATOR, Role.SPONSOR_CONTACT):
        with pytest.raises(NotAllowed, match="program"):
            give_role(user=program, role=role, by=inside_as_admin)
    assert roles_of(program, yhiot) == {"auditor"}
    give_role(user=program, role=Role.EVENTS_COORDINATOR, by=inside_as_admin)


def test_an_administrator_who_was_invited_and_never_came_does_not_count(page, admin, yhiot, inside_as_admin):
    successor = {"name": "Rosa Klein", "email": "rosa@typo.example", "role": "institute_administrator"}
    invite(page, **successor)
    with pytest.raises(NotAllowed, match="last administrator"):
        end_all_roles(user=admin, by=admin)
    rosa = User.objects.get(email="rosa@typo.example")
    User.objects.filter(pk=rosa.pk).update(last_login=now())
    end_all_roles(user=admin, by=rosa)
    assert roles_of(rosa, yhiot) == {"institute_administrator"}
