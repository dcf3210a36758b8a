"""Many people at once, with real commits: exactly as much is given away as there is."""

import datetime as dt
import threading

from django.db import connection, connections

from crm.base.context import institute_context
from crm.base.errors import OverLimit
from crm.base.ids import new_id
from events.actions.bookings import book_group
from events.models import GroupBooking
from sponsorships.actions.fund_money import transfer_between_funds
from sponsorships.models import Award, AwardInstalment, Bucket, JournalEntry, Posting
from sponsorships.reads.ledger_proof import ledger_faults
from tests.factories.events import make_challenge, make_school, make_teacher
from tests.factories.funds import make_award, make_fund, make_learner


def together(institute, work, count):
    """Run `work(number)` in `count` threads that start at one moment; return results or exceptions by number."""
    results, barrier = {}, threading.Barrier(count)

    def run(number):
        try:
            barrier.wait(30)
            with institute_context(institute.id), connection.cursor() as cursor:
                # What is tested is who wins, not how long a busy test machine makes the last one wait.
                cursor.execute("SET LOCAL lock_timeout = '60s'")
                results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def proven(institute):
    with institute_context(institute.id):
        assert [row for rows in ledger_faults().values() for row in rows] == []


def test_sixty_awards_of_500_pounds_at_once_leave_exactly_twenty_of_10000(committed, yhiot, people):
    """52: the fund's lock decides, not a count made before."""
    administrator = people.bursary_administrator
    with institute_context(yhiot.id):
        fund = make_fund(1_000_000)
        learners = [make_learner() for _ in range(60)]

    def award(number):
        return make_award(fund, 50_000, by=administrator, learner=learners[number])

    results = together(yhiot, award, 60)
    refused = [result for result in results.values() if isinstance(result, OverLimit)]
    assert len([result for result in results.values() if isinstance(result, Award)]) == 20
    assert len(refused) == 40, [r for r in results.values() if not isinstance(r, Award | OverLimit)]
    assert all("Only £0.00 is left as available" in refusal.message for refusal in refused)
    with institute_context(yhiot.id):
        held = fund.held()
        assert (held[Bucket.AVAILABLE], held[Bucket.COMMITTED]) == (0, 1_000_000)
        assert sum(Posting.objects.values_list("pence", flat=True)) == 0
        assert Award.objects.count() == AwardInstalment.objects.count() == 20
    proven(yhiot)


def test_one_award_form_sent_many_times_at_once_is_one_award(committed, yhiot, people):
    """53: a dozen of them in the same moment."""
    administrator = people.bursary_administrator
    with institute_context(yhiot.id):
        fund, learner = make_fund(1_000_000), make_learner()
    key = str(new_id())
    results = together(yhiot, lambda _: make_award(fund, 500, by=administrator, learner=learner, key=key), 12)
    assert len({result.pk for result in results.values()}) == 1
    with institute_context(yhiot.id):
        assert JournalEntry.objects.filter(kind="awarded").count() == Award.objects.count() == 1
    proven(yhiot)


def test_an_award_retried_after_its_commit_whose_answer_was_lost_is_one_entry(committed, yhiot, people):
    """53: the key was chosen before the first try."""
    administrator = people.bursary_administrator
    with institute_context(yhiot.id):
        fund, learner = make_fund(1_000_000), make_learner()
        first = make_award(fund, 500, by=administrator, learner=learner, key="form")
    connections.close_all()  # the reply never came
    with institute_context(yhiot.id):
        again = make_award(fund, 500, by=administrator, learner=learner, key="form")
        assert again.pk == first.pk
        assert JournalEntry.objects.filter(kind="awarded").count() == 1


def test_transfers_to_and_fro_never_wait_for_each_other(committed, yhiot, people):
    """Both ways at once, 24 times: with locks in the order asked for, PostgreSQL would end some as deadlocked."""
    finance = people.finance_officer
    with institute_context(yhiot.id):
        funds = [make_fund(10_000), make_fund(10_000)]

    def transfer(number):
        origin, destination = funds if number % 2 else reversed(funds)
        return transfer_between_funds(
            origin=origin,
            destination=destination,
            pence=10 + number,
            memo="To and fro",
            key=f"t{number}",
            by=finance,
            occurred_on=dt.date(2026, 9, 2),
        )

    results = together(yhiot, transfer, 24)
    assert [result for result in results.values() if not isinstance(result, JournalEntry)] == []
    with institute_context(yhiot.id):
        assert sum(fund.held()[Bucket.AVAILABLE] for fund in funds) == 20_000
    proven(yhiot)


def test_sixty_schools_for_ten_places_leave_exactly_ten(committed, yhiot, people):
    """58: twenty people book at once."""
    coordinator = people.events_coordinator
    with institute_context(yhiot.id, user_id=coordinator.id):
        challenge = make_challenge(coordinator, places=10)
        schools = [(school := make_school(), make_teacher(school)) for _ in range(60)]

    def book(number):
        school, teacher = schools[number]
        return book_group(challenge=challenge, school=school, contact=teacher, pupils=20, adults=2, by=coordinator)

    results = together(yhiot, book, 60)
    refused = [result for result in results.values() if isinstance(result, OverLimit)]
    assert len(refused) == 50 and all("0 are left" in refusal.message for refusal in refused)
    with institute_context(yhiot.id):
        assert GroupBooking.objects.taking_a_place().count() == 10
