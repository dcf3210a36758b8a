"""Awards from approval to recovery."""

import datetime as dt

import pytest
from django.db import connection

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotAllowed, OverLimit
from crm.outbox.models import Entry, TimelineItem
from sponsorships.actions.awards import award_bursary, withdraw_award
from sponsorships.actions.funds import pause_fund
from sponsorships.actions.learners import refer_learner
from sponsorships.actions.payments import fail_payment, pay_instalment, recover_payment
from sponsorships.models import Award, AwardInstalment, Bucket, JournalEntry, LearnerRef
from tests.factories.funds import make_award, make_fund, make_learner

B = Bucket
NUMBER = "LN-204817"


@pytest.fixture
def fund(inside):
    return make_fund(100_000, name="Quickline bursaries")


@pytest.fixture
def administrator(people):
    return people.bursary_administrator


@pytest.fixture
def finance(people):
    return people.finance_officer


@pytest.fixture
def award(fund, administrator):
    return make_award(fund, 10_000, by=administrator, parts=3)


def held(fund):
    return {bucket: pence for bucket, pence in fund.held().items() if pence and bucket != B.EXTERNAL}


def state_of(thing):
    thing.refresh_from_db()
    return thing.state


def test_an_award_commits_its_pence_and_splits_them_to_the_penny(fund, award, administrator):
    assert held(fund) == {B.AVAILABLE: 90_000, B.COMMITTED: 10_000}
    assert [i.pence for i in award.instalments.all()] == [3334, 3333, 3333]
    assert award.approved_by == administrator
    entry = JournalEntry.objects.get(kind="awarded")
    assert (entry.source_type, entry.source_id, entry.by) == ("sponsorships.award", award.id, administrator)


def test_an_award_is_recorded_and_shows_on_its_fund_without_the_learner(fund, award):
    event = Entry.objects.get(type="sponsorships.bursary_awarded")
    assert event.payload == {
        "award_id": str(award.id),
        "fund_id": str(fund.id),
        "pence": 10_000,
        "purpose": "Travel",
    }
    lines = TimelineItem.objects.filter(subject_id=fund.id).values_list("text", flat=True)
    assert "Bursary of £100 awarded: travel" in lines
    everything = " ".join(str(row) for row in Entry.objects.values_list("payload")) + " ".join(lines)
    assert award.learner.pseudonym not in everything


def test_an_award_above_what_is_left_is_refused_and_says_how_much(fund, administrator):
    with pytest.raises(OverLimit, match=r"Only £1,000.00 is left as available in “Quickline bursaries”"):
        make_award(fund, 100_001, by=administrator)
    assert Award.objects.count() == AwardInstalment.objects.count() == 0
    assert held(fund) == {B.AVAILABLE: 100_000}


@pytest.mark.parametrize("kind", ["challenge", "equipment", "general"])
def test_only_a_bursary_fund_awards_bursaries(inside, administrator, kind):
    other = make_fund(100_000, kind=kind)
    with pytest.raises(DomainError, match="is not a bursary fund"):
        make_award(other, 100, by=administrator)
    assert Award.objects.count() == 0


def test_a_paused_fund_awards_nothing(fund, administrator, finance):
    pause_fund(fund=fund, by=finance)
    with pytest.raises(Conflict, match="is paused and awards nothing now"):
        make_award(fund, 100, by=administrator)


def test_a_fund_that_has_ended_awards_nothing(fund, administrator):
    fund.ends_on = today() - dt.timedelta(days=1)
    fund.save()
    with pytest.raises(Conflict, match="outside the dates"):
        make_award(fund, 100, by=administrator)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"pence": 0}, "pence"),
        ({"pence": 2}, "pence"),
        ({"due_on": []}, "instalments"),
        ({"due_on": [dt.date(2020, 1, 1)]}, "due_on"),
        ({"due_on": [dt.date(2199, 1, 1)]}, "due_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "Bus pass for sam@college.example"}, "reason"),
    ],
)
def test_a_bad_award_is_refused_at_its_field(fund, administrator, facts, field):
    good = {"pence": 900, "due_on": [today() + dt.timedelta(days=n) for n in (1, 2, 3)], "reason": "Bus pass"}
    learner = make_learner()
    with pytest.raises(DomainError) as refusal:
        award_bursary(fund=fund, learner=learner, purpose="travel", key="k", by=administrator, **{**good, **facts})
    assert refusal.value.field == field
    assert Award.objects.count() == 0


def test_an_award_sent_again_with_its_key_is_one_award(fund, administrator):
    learner = make_learner()
    first = make_award(fund, 500, by=administrator, learner=learner, key="form-1")
    again = make_award(fund, 500, by=administrator, learner=learner, key="form-1")
    assert again == first
    assert held(fund) == {B.AVAILABLE: 99_500, B.COMMITTED: 500}
    with pytest.raises(Conflict, match="sent already with other details"):
        make_award(fund, 501, by=administrator, learner=learner, key="form-1")
    with pytest.raises(Conflict, match="sent already with other details"):
        make_award(fund, 500, by=administrator, learner=learner, key="form-1", parts=2)


def test_an_instalment_is_paid_by_another_person(fund, award, finance):
    first = award.instalments.first()
    pay_instalment(instalment=first, by=finance)
    assert state_of(first) == "paid"
    assert (first.paid_on, first.paid_by) == (today(), finance)
    assert held(fund) == {B.AVAILABLE: 90_000, B.COMMITTED: 6666, B.PAID: 3334}


def test_who_approved_an_award_may_not_pay_it(fund, award, administrator):
    with pytest.raises(NotAllowed, match="another person must pay it"):
        pay_instalment(instalment=award.instalments.first(), by=administrator)
    assert held(fund) == {B.AVAILABLE: 90_000, B.COMMITTED: 10_000}


def test_an_instalment_is_paid_once(fund, award, finance):
    first = award.instalments.first()
    pay_instalment(instalment=first, by=finance)
    with pytest.raises(Conflict, match="was paid on"):
        pay_instalment(instalment=first, by=finance)
    assert held(fund)[B.PAID] == 3334


def test_a_payment_dated_tomorrow_is_refused(award, finance):
    with pytest.raises(DomainError) as refusal:
        pay_instalment(instalment=award.instalments.first(), by=finance, paid_on=today() + dt.timedelta(days=1))
    assert refusal.value.field == "paid_on"


def test_an_award_is_completed_when_all_is_paid_and_active_again_when_a_payment_fails(fund, award, finance):
    for instalment in award.instalments.all():
        pay_instalment(instalment=instalment, by=finance)
    assert state_of(award) == "completed"
    last = award.instalments.last()
    fail_payment(instalment=last, by=finance)
    assert (state_of(award), state_of(last)) == ("active", "failed")
    assert held(fund) == {B.AVAILABLE: 90_000, B.COMMITTED: 3333, B.PAID: 6667}
    pay_instalment(instalment=last, by=finance)
    assert state_of(award) == "completed"
    assert held(fund) == {B.AVAILABLE: 90_000, B.PAID: 10_000}


def test_an_award_is_not_withdrawn_without_a_word_why(fund, award, administrator):
    with pytest.raises(DomainError, match="why the award is withdrawn") as refusal:
        withdraw_award(award=award, reason="  ", by=administrator)
    assert (refusal.value.field, state_of(award)) == ("reason", "active")


def test_a_withdrawn_award_releases_what_is_unpaid(fund, award, administrator, finance):
    pay_instalment(instalment=award.instalments.first(), by=finance)
    withdraw_award(award=award, reason="Left the course", by=administrator)
    assert state_of(award) == "withdrawn"
    assert held(fund) == {B.AVAILABLE: 96_666, B.PAID: 3334}
    assert [i.state for i in award.instalments.all()] == ["paid", "cancelled", "cancelled"]
    assert JournalEntry.objects.get(kind="released").memo == "Left the course"
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw_award(award=award, reason="Again", by=administrator)
    with pytest.raises(Conflict, match="is cancelled"):
        pay_instalment(instalment=award.instalments.last(), by=finance)


def test_a_payment_that_fails_after_withdrawal_goes_back_to_the_fund(fund, award, administrator, finance):
    first = award.instalments.first()
    pay_instalment(instalment=first, by=finance)
    withdraw_award(award=award, reason="Left the course", by=administrator)
    fail_payment(instalment=first, by=finance)
    assert held(fund) == {B.AVAILABLE: 100_000}
    assert state_of(first) == "cancelled"


def test_a_paid_award_is_recovered_not_withdrawn(fund, award, administrator, finance):
    for instalment in award.instalments.all():
        pay_instalment(instalment=instalment, by=finance)
    with pytest.raises(Conflict, match="Recover the payment instead"):
        withdraw_award(award=award, reason="Left", by=administrator)


def test_recovered_money_returns_to_the_same_fund_at_most_once(fund, award, finance):
    first = award.instalments.first()
    pay_instalment(instalment=first, by=finance)
    for _ in range(2):
        recover_payment(award=award, pence=3000, memo="Left before Christmas", key="r1", by=finance)
    assert held(fund) == {B.AVAILABLE: 93_000, B.COMMITTED: 6666, B.PAID: 334}
    with pytest.raises(OverLimit, match="At most £3.34 of this award can be recovered"):
        recover_payment(award=award, pence=335, memo="More", key="r2", by=finance)
    with pytest.raises(OverLimit, match="recovered from the learner already"):
        fail_payment(instalment=first, by=finance)
    assert held(fund)[B.PAID] == 334


def test_a_learner_is_known_by_a_keyed_hash_and_never_by_their_number(inside):
    first, again = make_learner(NUMBER), make_learner(f" {NUMBER.lower()} ")
    assert first == again
    assert LearnerRef.objects.count() == 1
    assert first.pseudonym.startswith("L-")
    with connection.cursor() as cursor:
        for table in ("sponsorships_learnerref", "outbox_entry", "outbox_timelineitem", "sponsorships_journalentry"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{NUMBER}%"])
            assert cursor.fetchone() == (0,)


def test_the_same_number_at_another_provider_is_another_learner(inside):
    assert make_learner(NUMBER) != make_learner(NUMBER, provider_name="Grimsby Institute")


def test_another_key_finds_no_learner(inside, settings):
    first = make_learner(NUMBER)
    settings.LEARNER_HASH_KEY = "another"
    assert make_learner(NUMBER).reference_hash != first.reference_hash


def test_a_pseudonym_that_is_taken_gets_longer(inside):
    first = make_learner(NUMBER)
    LearnerRef.objects.filter(pk=first.pk).update(reference_hash="0" * 64)
    second = make_learner(NUMBER)
    assert second.pseudonym[: len(first.pseudonym)] == first.pseudonym
    assert len(second.pseudonym) == len(first.pseudonym) + 1


@pytest.mark.parametrize(
    "number", ["Sam Field", "sam.field", "sam@college.example", "14/09/2006", "2006-09-14", "14092006", "AB123456C", ""]
)
def test_a_learner_number_that_can_be_a_person_is_refused(inside, number):
    with pytest.raises(DomainError) as refusal:
        make_learner(number)
    assert refusal.value.field == "learner_number"
    assert LearnerRef.objects.count() == 0


def test_awards_of_another_institute_are_invisible(award, liot):
    with institute_context(liot.id):
        assert Award.objects.count() == LearnerRef.objects.count() == 0


def test_the_course_of_a_known_learner_is_brought_up_to_date(inside):
    learner = make_learner(NUMBER)
    refer_learner(provider=learner.provider, learner_number=NUMBER, course="HND Robotics", level="5", by=inside)
    learner.refresh_from_db()
    assert (learner.course, learner.level) == ("HND Robotics", "5")
