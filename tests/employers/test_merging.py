"""Two employers made one: what moves, what redirects, what is remembered, and how it is taken back."""

import pytest
from django.apps import apps
from django.db import connection

from crm.audit.models import AuditEntry
from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.core import search
from crm.outbox.models import Entry, TimelineItem
from employers.actions import (
    add_follow_up,
    add_former_number,
    add_other_name,
    change_employer,
    log_engagement,
    merge_employers,
    pair_up,
    queue_duplicates,
    say_different,
    undo_merge,
)
from employers.models import (
    Contact,
    ContactRole,
    DuplicatePair,
    Employer,
    EmployerMerge,
    EmployerTag,
    EngagementContact,
    FollowUp,
    Tag,
)
from employers.reads.attachments import STAYS, attachments
from employers.reads.duplicates import OTHER_NAME, possible_duplicates
from employers.reads.merging import facts_of_both, rows_of
from employers.reads.redirects import known_as, left_of
from employers.reads.timeline import timeline
from sponsorships.models import Agreement, AgreementShare, Contribution, PortalGrant, Posting
from tests.factories.agreements import make_signed, make_sponsor
from tests.factories.contributions import make_contribution
from tests.factories.employers import make_contact, make_employer, make_organisation
from tests.factories.facts import make_promise


@pytest.fixture
def kept(inside):
    return make_employer("Quickline Communications Ltd", town="Hull")


@pytest.fixture
def other(inside):
    return make_employer(
        "Quick Line", website="https://quickline.example", domain="quickline.example", sector="Digital"
    )


def merge(kept, other, by, *taken):
    return merge_employers(kept=kept, merged=other, taken=taken, by=by)


def test_every_way_to_hang_on_an_employer_is_moved_or_stays_for_a_stated_reason(inside):
    found = attachments()
    assert {a.name for a in found} > {
        *("employers.contact.employer", "employers.engagement.employer", "employers.followup.subject"),
        *("employers.employertag.employer", "employers.promise.employer", "sponsorships.agreement.employer"),
        *("sponsorships.agreementshare.employer", "sponsorships.contribution.employer", "mail.occurrence.subject"),
    }
    stay = {a.model._meta.label_lower: a.stays for a in found if a.stays}
    assert stay.keys() >= {"outbox.timelineitem", "employers.employermerge"}, "those that only grow are seen as such"
    assert set(STAYS) <= {m._meta.label_lower for m in apps.get_models()}, "a line for a table that is gone"


def test_what_hangs_on_the_merged_one_moves_with_all_its_columns(kept, other, inside):
    contact = make_contact(other, "Jo Marsh", roles=("main", "finance"), job_title="Head of Skills")
    talk = log_engagement(employer=other, kind="call", summary="Lathes", contacts=[contact], by=inside)
    add_follow_up(title="Call", due_on=today(), owner=inside, employer=other, by=inside)
    promise = make_promise(other, inside)
    before = list(Contact.objects.filter(pk=contact.pk).values())
    roles = list(ContactRole.objects.filter(contact=contact).order_by("pk").values())
    done = merge(kept, other, inside)
    [moved] = Contact.objects.filter(pk=contact.pk).values()
    same = {name for name in moved if name not in ("employer_id", "updated_at")}
    assert {n: moved[n] for n in same} == {n: before[0][n] for n in same} and moved["employer_id"] == kept.pk
    assert list(ContactRole.objects.filter(contact=contact).order_by("pk").values()) == roles
    assert EngagementContact.objects.filter(engagement=talk, contact=contact).exists()
    step = FollowUp.objects.get()
    assert (step.employer_id, step.subject_id) == (kept.pk, kept.pk)
    promise.refresh_from_db()
    assert promise.employer_id == kept.pk
    assert done.moved["employers.contact.employer"] == [str(contact.pk)]
    kept.refresh_from_db()
    assert kept.last_contact_on == today()


def test_money_follows_without_being_changed(kept, inside, people, yhiot):
    sponsor = make_sponsor("Quick Line")
    make_signed(inside, people.director, [yhiot], sponsor)
    make_contribution(inside, sponsor)
    pence = list(AgreementShare.objects.values_list("pk", "pence", "total_pence", "sponsor_name"))
    postings = list(Posting.objects.order_by("pk").values())
    merge(kept, sponsor, inside)
    for model in (Agreement, AgreementShare, Contribution):
        assert set(model.objects.values_list("employer", flat=True)) == {kept.pk}
    assert list(AgreementShare.objects.values_list("pk", "pence", "total_pence", "sponsor_name")) == pence
    assert list(Posting.objects.order_by("pk").values()) == postings


def test_what_the_kept_one_has_already_stays_behind_the_redirect(kept, other, inside):
    both, theirs = Tag.objects.create(name="Net zero"), Tag.objects.create(name="Lathes")
    for employer, tag in ((kept, both), (other, both), (other, theirs)):
        EmployerTag.objects.create(employer=employer, tag=tag)
    for employer in (kept, other):
        PortalGrant.objects.create(user=inside, employer=employer, granted_by=inside)
    done = merge(kept, other, inside)
    assert set(EmployerTag.objects.filter(employer=kept).values_list("tag", flat=True)) == {both.pk, theirs.pk}
    assert len(done.moved["employers.employertag.employer"]) == 1
    assert "sponsorships.portalgrant.employer" not in done.moved
    undo_merge(merge=done, by=inside)
    assert set(EmployerTag.objects.filter(employer=other).values_list("tag", flat=True)) == {both.pk, theirs.pk}


def test_facts_are_chosen_and_those_that_follow_come_along(kept, other, inside):
    proposed = {fact.name: fact.from_other for fact in facts_of_both(kept, other)}
    assert proposed["website"] and proposed["sector"] and not proposed["town"] and not proposed["name"]
    merge(kept, other, inside, "website", "name")
    kept.refresh_from_db()
    assert (kept.name, kept.website, kept.domain) == ("Quick Line", "https://quickline.example", "quickline.example")
    assert (kept.sector, kept.town) == ("", "Hull")


def test_a_fact_that_an_employer_lacks_is_refused_and_nothing_changes(kept, other, inside):
    for name in ("shoe_size", "institute", "merged_into", "sort_name"):
        with pytest.raises(DomainError):
            merge(kept, other, inside, name)
    with pytest.raises(DomainError):
        merge(kept, kept, inside)
    assert Employer.objects.count() == 2 and not EmployerMerge.objects.exists()


def test_two_company_numbers_veto_unless_one_is_a_former_one(inside):
    one = make_employer("Barclays Bank PLC", organisation=make_organisation("Barclays Bank PLC", "01026167"))
    two = make_employer("Barclays Bank UK PLC", organisation=make_organisation("Barclays Bank UK PLC", "09740322"))
    with pytest.raises(Conflict, match="different company numbers, 01026167 and 09740322"):
        merge(one, two, inside)
    assert Employer.objects.count() == 2
    Employer.objects.filter(pk=two.pk).update(organisation=None)
    add_former_number(employer=one, number="9740322", by=inside)
    Employer.objects.filter(pk=two.pk).update(organisation=two.organisation)
    merge(one, two, inside)
    assert Employer.objects.get() == one


def test_the_number_moves_to_the_kept_one_and_back(kept, inside):
    numbered = make_employer("Quick Line", organisation=make_organisation(company_number="04123456"))
    done = merge(kept, numbered, inside)
    kept.refresh_from_db()
    assert kept.organisation.company_number == "04123456"
    undo_merge(merge=done, by=inside)
    kept.refresh_from_db(), numbered.refresh_from_db()
    assert kept.organisation is None and numbered.organisation.company_number == "04123456"


def test_both_names_find_the_kept_one_alone(kept, other, inside):
    add_other_name(employer=other, kind="trading", name="Fibre Folk", by=inside)
    contact = make_contact(other, "Jo Marsh")
    merge(kept, other, inside)
    for words in ("quickline communications", "quick line", "fibre folk"):
        assert [hit.object_id for hit in search.find(words, kinds=["employer"])] == [kept.pk]
        assert [c.employer for c in possible_duplicates(name=words)] == [kept]
    [person] = search.find("jo marsh", kinds=["contact"])
    assert (person.object_id, person.subtitle) == (contact.pk, kept.name)


def test_the_old_id_leads_to_the_new_one_for_ever_and_through_several_merges(kept, other, inside):
    third = make_employer("Quickline Group")
    merge(kept, other, inside)
    merge(third, kept, inside)
    assert left_of([other.pk, kept.pk, third.pk]) == dict.fromkeys([other.pk, kept.pk, third.pk], third.pk)
    assert set(known_as(third)) == {third.pk, kept.pk, other.pk}


def test_the_history_of_both_is_on_one_timeline(kept, other, inside):
    add_other_name(employer=other, kind="former", name="Old Line", by=inside)
    merge(kept, other, inside)
    said = [line.text for line in timeline(kept, may=lambda right: True)]
    assert "Former name noted: Old Line" in said and "Merged with Quick Line: 1 record moved here" in said
    assert TimelineItem.objects.filter(subject_id=other.pk).exists(), "lines are never rewritten"


def test_a_merge_is_recorded_for_good_and_audited(kept, other, inside):
    done = merge(kept, other, inside, "sector")
    assert (done.by, done.kept_name, done.merged_name, done.taken) == (inside, kept.name, "Quick Line", ["sector"])
    assert Entry.objects.filter(type="employers.employers_merged", subject_id=kept.pk).count() == 1
    assert AuditEntry.objects.filter(row_id=other.pk, action="update").exists()
    with connection.cursor() as cursor:
        for right in ("UPDATE", "DELETE"):
            cursor.execute("SELECT has_table_privilege('employers_employermerge', %s)", [right])
            assert cursor.fetchone() == (False,)


def test_an_undo_gives_back_rows_and_facts_but_not_what_was_changed_since(kept, other, inside):
    contact = make_contact(other)
    done = merge(kept, other, inside, "sector", "website")
    Employer.objects.filter(pk=kept.pk).update(sector="Networks")
    undo_merge(merge=done, by=inside)
    kept.refresh_from_db(), other.refresh_from_db(), contact.refresh_from_db()
    assert (kept.website, kept.domain, kept.sector) == ("", "", "Networks")
    assert other.merged_into_id is None and contact.employer_id == other.pk
    assert [hit.object_id for hit in search.find("quick line", kinds=["employer"])][0] == other.pk
    with pytest.raises(Conflict, match="already"):
        undo_merge(merge=done, by=inside)


def test_an_undo_is_refused_once_something_new_is_attached(kept, other, inside):
    done = merge(kept, other, inside)
    log_engagement(employer=kept, kind="call", summary="New", by=inside)
    with pytest.raises(Conflict, match="conversations \\(1\\)"):
        undo_merge(merge=done, by=inside)
    other.refresh_from_db()
    assert other.merged_into_id == kept.pk


def test_a_renamed_employer_is_found_by_its_former_name(kept, inside):
    change_employer(employer=kept, name="Fibre Folk", by=inside)
    [found] = possible_duplicates(name="Quickline Communications")
    assert (found.employer, found.reasons) == (kept, (OTHER_NAME,))
    change_employer(employer=kept, name="Fibre Folk Ltd", by=inside)
    assert [row.name for row in kept.other_names.all()] == ["Quickline Communications Ltd"]


def test_rows_that_will_move_are_named_and_counted(kept, other, inside):
    make_contact(other), make_contact(other)
    log_engagement(employer=other, kind="call", summary="x", by=inside)
    add_follow_up(title="Call", due_on=today(), owner=inside, employer=other, by=inside)
    shown = {moving.label: (moving.count, bool(moving.stays)) for moving in rows_of(other)}
    assert shown["contacts"] == (2, False) and shown["conversations"] == (1, False)
    assert shown["follow-ups"] == (1, False) and not any(stays for _, stays in shown.values())


def test_a_worker_queues_likely_pairs_once_and_a_no_is_remembered(kept, inside):
    same = make_employer("Quickline Communications")
    make_employer("Siemens Energy")
    assert queue_duplicates(employer_ids=[same.pk]) == 1
    assert queue_duplicates(employer_ids=[same.pk, kept.pk]) == 0
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {kept.pk, same.pk}
    assert (pair.reasons, pair.score) == (["same name"], 100)
    say_different(pair=pair, by=inside)
    assert queue_duplicates(employer_ids=[same.pk]) == 0
    assert DuplicatePair.objects.get().state == "different"
    with pytest.raises(Conflict):
        say_different(pair=pair, by=inside)


def test_employers_with_two_numbers_are_never_queued(inside):
    for name, number in (("Barclays Bank PLC", "01026167"), ("Barclays Bank UK PLC", "09740322")):
        employer = make_employer(name, organisation=make_organisation(name, number))
    assert queue_duplicates(employer_ids=[employer.pk]) == 0


def test_what_was_said_of_the_merged_one_holds_for_the_kept_one(kept, other, inside):
    third = make_employer("Quickline Trains")
    say_different(pair=pair_up(one=other, other=third, by=inside), by=inside)
    pair_up(one=kept, other=other, by=inside)
    merge(kept, other, inside)
    pairs = {frozenset((p.first_id, p.second_id)): p.state for p in DuplicatePair.objects.all()}
    assert pairs[frozenset((kept.pk, other.pk))] == "merged" and pairs[frozenset((kept.pk, third.pk))] == "different"


def test_who_knows_the_kept_one_by_the_name_it_gave_up_finds_it(kept, other, inside):
    done = merge(kept, other, inside, "name")
    assert [hit.object_id for hit in search.find("quickline communications", kinds=["employer"])] == [kept.pk]
    undo_merge(merge=done, by=inside)
    kept.refresh_from_db()
    assert kept.name == "Quickline Communications Ltd"
    assert not kept.other_names.exists()
