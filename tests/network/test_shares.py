"""What one institute lets another read: named facts, accepted, until a day, and no longer."""

import datetime as dt

import pytest
from django.db import connection

from crm.base.clock import today
from crm.base.context import NETWORK_ID, institute_context
from crm.base.errors import Conflict, DomainError, NotFound
from crm.identity.models import Institute
from crm.network.actions import (
    accept_share,
    close_expired_shares,
    decline_share,
    propose_share,
    read_share,
    refresh_shares,
    return_share,
    revoke_share,
)
from crm.network.actions.shares import Terms
from crm.network.models import Share, SharedContent, SharedCopy, ShareRead, ShareRequest
from crm.outbox.models import TimelineItem
from employers.actions import ask_to_share, erase_person, grant_request, log_engagement, merge_employers
from employers.models import Employer
from employers.reads.network import in_touch_with, known_in_network, most_asked, quarter_of
from employers.reads.rights import inventory, person_of
from employers.rollups.shares import refresh_shares_of
from tests.factories.employers import make_contact, make_employer, make_organisation

SOON = today() + dt.timedelta(days=30)
EMPLOYER = "employers.employer"


@pytest.fixture
def quickline(inside):
    organisation = make_organisation("QUICKLINE COMMUNICATIONS LIMITED", "04123456")
    employer = make_employer("Quickline", organisation=organisation, stage="active", notes="Private note", town="Hull")
    make_contact(employer, "Zara Quillfeather", ("main",), job_title="Director", phone="01482 000000")
    return employer


@pytest.fixture
def reader(people, liot):
    return people.at(liot).partnership_manager


@pytest.fixture
def share(inside, quickline, liot) -> Share:
    terms = Terms(["name", "stage", "people"], liot, SOON, "One visit instead of two")
    return propose_share(object_type=EMPLOYER, object_id=quickline.pk, terms=terms, by=inside)


def _at(institute, user):
    return institute_context(institute.pk, user_id=user.pk)


def _copy(share) -> SharedCopy:
    return SharedCopy.objects.get(pk=share.pk)


@pytest.fixture
def accepted(share, liot, reader) -> Share:
    with _at(liot, reader):
        accept_share(copy=_copy(share), by=reader)
    share.refresh_from_db()
    return share


def test_nothing_can_be_read_before_the_other_side_accepts(share, liot, reader):
    with _at(liot, reader):
        copy = _copy(share)
        assert (copy.state, copy.label, copy.fields) == ("proposed", "Quickline", ["name", "stage", "people"])
        assert not SharedContent.objects.exists()
        with pytest.raises(NotFound):
            read_share(copy=copy, by=reader)


def test_the_named_facts_are_read_and_no_other_and_both_sides_keep_that(accepted, liot, reader):
    with _at(liot, reader):
        content = read_share(copy=_copy(accepted), by=reader)
        assert not Employer.objects.exists()
        assert ShareRead.objects.get().read_by == reader
    assert content == {
        "name": "Quickline",
        "stage": "Active",
        "people": "Zara Quillfeather, Director, Main contact",
    }
    kept = ShareRead.objects.get()
    assert (kept.share_id, kept.reader, kept.read_by, kept.fields) == (accepted.pk, liot, None, accepted.fields)
    lines = set(TimelineItem.objects.filter(kind="share").values_list("text", flat=True))
    assert lines == {
        f"3 facts were offered to Lincolnshire IoT until {SOON:%-d %B %Y}",
        f"Lincolnshire IoT reads 3 facts until {SOON:%-d %B %Y}",
    }


def test_a_share_stops_at_once_when_it_is_revoked(inside, accepted, liot, reader):
    revoke_share(share=accepted, by=inside)
    with _at(liot, reader):
        assert not SharedContent.objects.exists()
        assert _copy(accepted).state == "revoked"
        with pytest.raises(NotFound):
            read_share(copy=_copy(accepted), by=reader)
    with pytest.raises(Conflict):
        revoke_share(share=accepted, by=inside)


def test_the_database_hides_what_is_past_its_day_whatever_is_asked(inside, accepted, liot, reader):
    yesterday = today() - dt.timedelta(days=1)
    Share.objects.update(until=yesterday)
    with _at(liot, reader):
        SharedContent.objects.update(until=yesterday)
        assert SharedCopy.objects.in_force().filter(pk=accepted.pk).exists()  # the application still believes in it
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM network_sharedcontent")
            assert cursor.fetchone() == (0,)
        with pytest.raises(NotFound):
            read_share(copy=_copy(accepted), by=reader)
    assert close_expired_shares(by=None) == 1
    with _at(liot, reader):
        assert _copy(accepted).state == "expired"
        assert close_expired_shares(by=None) == 0
    accepted.refresh_from_db()
    assert accepted.state == "expired"


def test_the_copy_follows_the_record(inside, accepted, quickline, liot, reader):
    Employer.objects.filter(pk=quickline.pk).update(stage="dormant")
    assert refresh_shares(object_type=EMPLOYER, object_id=quickline.pk, by=None) == 1
    assert refresh_shares(object_type=EMPLOYER, object_id=quickline.pk, by=None) == 0
    with _at(liot, reader):
        assert read_share(copy=_copy(accepted), by=reader)["stage"] == "Dormant"


def test_an_erased_person_is_gone_from_the_copies_too(inside, accepted, quickline, liot, reader):
    zara = quickline.contacts.get()
    erase_person(contact=zara, reason="asked", seen=inventory(person_of(zara)).digest, by=inside)
    with _at(liot, reader):
        assert read_share(copy=_copy(accepted), by=reader)["people"] == ""


def test_after_two_merges_the_copy_is_of_what_the_record_became_and_forgets_who_is_erased_there(
    inside, accepted, quickline, liot, reader
):
    second, third = make_employer("Quickline Group"), make_employer("Quickline Holdings")
    person = make_contact(third, "Bertrand Ossington")
    merge_employers(kept=second, merged=quickline, by=inside)
    merge_employers(kept=third, merged=second, by=inside)
    refresh_shares_of(third.pk)
    with _at(liot, reader):
        values = SharedContent.objects.get().values
    assert values["name"] == "Quickline Holdings" and "Bertrand Ossington" in values["people"]
    seen = inventory(person_of(person)).digest
    erase_person(contact=person, reason="asked", seen=seen, by=inside)
    with _at(liot, reader):
        assert "Ossington" not in SharedContent.objects.get().values["people"]


def test_what_is_offered_may_be_declined_and_what_is_read_given_back(inside, share, quickline, liot, reader):
    with _at(liot, reader):
        decline_share(copy=_copy(share), by=reader)
        with pytest.raises(Conflict):
            accept_share(copy=_copy(share), by=reader)
    again = propose_share(object_type=EMPLOYER, object_id=quickline.pk, terms=Terms(["name"], liot, SOON), by=inside)
    with _at(liot, reader):
        accept_share(copy=_copy(again), by=reader)
        return_share(copy=_copy(again), by=reader)
        assert not SharedContent.objects.exists()
    assert set(Share.objects.values_list("state", flat=True)) == {"declined", "returned"}


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"fields": []}, "fields"),
        ({"fields": ["notes"]}, "fields"),
        ({"until": today() - dt.timedelta(days=1)}, "until"),
        ({"until": today() + dt.timedelta(days=1000)}, "until"),
        ({"receiver": "own"}, "receiver"),
    ],
)
def test_a_proposal_is_refused_at_its_field(inside, quickline, yhiot, liot, terms, field):
    given = {"fields": ["name"], "receiver": liot, "until": SOON, **terms}
    given["receiver"] = yhiot if given["receiver"] == "own" else liot
    with pytest.raises(DomainError) as refusal:
        propose_share(object_type=EMPLOYER, object_id=quickline.pk, terms=Terms(**given), by=inside)
    assert refusal.value.field == field
    assert not Share.objects.exists()
    with institute_context(liot.pk):
        assert not SharedCopy.objects.exists()


def test_nobody_shares_what_is_not_theirs(inside, quickline, yhiot, liot, people, reader):
    with _at(liot, reader), pytest.raises(NotFound):
        propose_share(object_type=EMPLOYER, object_id=quickline.pk, terms=Terms(["name"], yhiot, SOON), by=reader)
    with pytest.raises(NotFound):
        propose_share(object_type="identity.user", object_id=inside.pk, terms=Terms(["name"], liot, SOON), by=inside)


def test_the_same_is_offered_once(inside, share, quickline, liot):
    with pytest.raises(Conflict):
        propose_share(object_type=EMPLOYER, object_id=quickline.pk, terms=Terms(["name"], liot, SOON), by=inside)


def test_the_network_may_be_given_facts_too(inside, quickline, people):
    network = Institute.objects.get(pk=NETWORK_ID)
    share = propose_share(object_type=EMPLOYER, object_id=quickline.pk, terms=Terms(["name"], network, SOON), by=inside)
    with institute_context(NETWORK_ID):
        accept_share(copy=_copy(share), by=inside)
        assert read_share(copy=_copy(share), by=inside) == {"name": "Quickline"}


def test_a_company_others_know_is_only_known_and_asking_reaches_them(inside, quickline, yhiot, liot, reader):
    with _at(liot, reader):
        assert [o.company_number for o in known_in_network("4123456")] == ["04123456"]
        [organisation] = known_in_network("quickline communications limited")
        assert known_in_network("Quickline") == []
        ask = ask_to_share(organisation=organisation, message="We meet them on Monday", by=reader)
        assert str(yhiot.pk) not in str(ask.__dict__)
        with pytest.raises(Conflict, match="within the last month"):
            ask_to_share(organisation=organisation, by=reader)
    request = ShareRequest.objects.get()
    assert (request.asking, request.label, request.message) == (
        liot,
        "QUICKLINE COMMUNICATIONS LIMITED",
        "We meet them on Monday",
    )
    share = grant_request(request=request, fields=["stage"], until=SOON, by=inside)
    with _at(liot, reader):
        assert read_share(copy=_copy(share), by=reader) == {"stage": "Active"}
    with pytest.raises(Conflict):
        grant_request(request=request, fields=["stage"], until=SOON, by=inside)


def test_nobody_is_asked_about_what_nobody_else_has(inside, quickline):
    assert known_in_network("04123456") == []
    with pytest.raises(DomainError, match="nobody to ask"):
        ask_to_share(organisation=quickline.organisation, by=inside)


def test_the_network_lead_sees_how_many_and_nobody_else_does(inside, quickline, liot, reader):
    log_engagement(employer=quickline, kind="call", summary="Private", by=inside)
    log_engagement(employer=quickline, kind="call", summary="Again", by=inside)
    with institute_context(NETWORK_ID):
        assert most_asked() == []  # one institute alone is not listed
        assert in_touch_with(quickline.organisation) == 1
    with _at(liot, reader):
        theirs = make_employer("Quickline Ltd", organisation=quickline.organisation)
        log_engagement(employer=theirs, kind="note", summary="Not spoken to", by=reader)
    with institute_context(NETWORK_ID):
        assert in_touch_with(quickline.organisation) == 1
    with _at(liot, reader):
        log_engagement(employer=theirs, kind="visit", summary="Private too", by=reader)
        assert (most_asked(), in_touch_with(quickline.organisation)) == ([], 0)
    with institute_context(NETWORK_ID):
        assert [(row.organisation, row.institutes) for row in most_asked()] == [(quickline.organisation, 2)]
        assert most_asked(today() - dt.timedelta(days=120)) == []


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [("2026-01-01", "2026-01-01", "2026-04-01"), ("2026-12-31", "2026-10-01", "2027-01-01")],
)
def test_a_quarter_is_of_the_calendar(day, first, after):
    found = quarter_of(dt.date.fromisoformat(day))
    assert found == (dt.date.fromisoformat(first), dt.date.fromisoformat(after))
