"""The pages of awards and payments."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.ids import new_id
from sponsorships.actions.payments import pay_instalment
from sponsorships.models import Award, AwardInstalment, JournalEntry, LearnerRef
from sponsorships.reads.awards import same_need_met
from tests.factories.funds import make_award
from tests.sponsorships.reading import text


def award_form(college, **changes):
    return {
        "key": str(new_id()),
        "provider": str(college.pk),
        "learner_number": "LN-204817",
        "course": "HNC Engineering",
        "level": "4",
        "purpose": "travel",
        "pence": "450.00",
        "reason": "Return bus fare, 4 days a week",
        "scheme_version": "",
        "instalments": "3",
        "first_due_on": today().isoformat(),
        **changes,
    }


def test_an_award_is_made_from_the_form_and_shows_what_is_left(client_for, administrator, yhiot, fund, college, within):
    client = client_for(administrator, yhiot)
    url = f"/sponsorships/funds/{fund.pk}/award/"
    assert "Left now £10,000.00" in text(client.get(url))
    response = client.post(url, award_form(college), follow=True)
    page = text(response)
    assert "£9,550.00 is left in the fund" in page
    assert "LN-204817" not in page
    with within():
        award = Award.objects.get()
        assert [i.pence for i in award.instalments.all()] == [15_000] * 3
        assert award.approved_by == administrator


def test_an_award_form_sent_twice_is_one_award(client_for, administrator, yhiot, fund, college, within):
    client, form = client_for(administrator, yhiot), award_form(college)
    for _ in range(2):
        assert client.post(f"/sponsorships/funds/{fund.pk}/award/", form).status_code == 302
    with within():
        assert Award.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("learner_number", "Sam Field", "not a name"),
        ("learner_number", "sam@college.example", "not an e-mail address"),
        ("learner_number", "14/09/2006", "not a date of birth"),
        ("reason", "Bus fare for Mr Field", "Take out a person's name"),
        ("pence", "12,00", "Enter an amount in pounds and pence"),
        ("pence", "10000.01", "Only £10,000.00 is left as available"),
        ("instalments", "13", "less than or equal to 12"),
        ("first_due_on", "2020-01-01", "from today on"),
        ("provider", "", "Choose an answer for “Where they learn”"),
    ],
)
def test_a_bad_award_says_why_at_its_field_and_writes_nothing(
    client_for, administrator, yhiot, fund, college, within, field, value, said
):
    url = f"/sponsorships/funds/{fund.pk}/award/"
    response = client_for(administrator, yhiot).post(url, award_form(college, **{field: value}))
    assert response.status_code == 422
    assert said in text(response)
    assert field in response.context["form"].errors
    with within():
        assert Award.objects.count() == LearnerRef.objects.count() == 0
        assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"), [("450", "Left after this award £9,550.00"), ("10001", "Too much by £1.00"), ("x", "Left now")]
)
def test_what_would_be_left_follows_the_amount_while_it_is_typed(client_for, administrator, yhiot, fund, typed, said):
    url = f"/sponsorships/funds/{fund.pk}/award/?pence={typed}"
    response = client_for(administrator, yhiot).get(url, headers={"HX-Request": "true"})
    assert said in text(response)
    assert "<h1" not in response.content.decode()


def test_an_instalment_is_paid_and_comes_back_through_the_pages(client_for, finance, yhiot, award, within):
    with within():
        first = award.instalments.first()
    client = client_for(finance, yhiot)
    assert client.post(f"/sponsorships/awards/instalments/{first.pk}/pay/", {"paid_on": today()}).status_code == 302
    with within():
        assert AwardInstalment.objects.get(pk=first.pk).state == "paid"
    assert "It came back" in text(client.get(f"/sponsorships/awards/{award.pk}/"))
    client.post(f"/sponsorships/awards/instalments/{first.pk}/fail/", {"failed_on": today()})
    with within():
        assert AwardInstalment.objects.get(pk=first.pk).state == "failed"


def test_who_approved_and_pays_too_is_refused_at_the_form(client_for, people, yhiot, fund, within):
    both = people.finance_officer
    with within():
        award = make_award(fund, 100, by=both)
        instalment = award.instalments.get()
    client = client_for(both, yhiot)
    assert "another person pays it" in text(client.get(f"/sponsorships/awards/{award.pk}/"))
    response = client.post(f"/sponsorships/awards/instalments/{instalment.pk}/pay/", {"paid_on": today()})
    assert response.status_code == 422
    assert "You approved this award, so another person must pay it." in text(response)
    with within():
        assert AwardInstalment.objects.get().state == "planned"


def test_an_award_is_withdrawn_and_money_recovered_through_the_pages(
    client_for, administrator, finance, yhiot, fund, award, within
):
    with within():
        pay_instalment(instalment=award.instalments.first(), by=finance)
    withdrawn = client_for(administrator, yhiot).post(
        f"/sponsorships/awards/{award.pk}/withdraw/", {"reason": "Left the course"}
    )
    assert withdrawn.status_code == 302
    form = {"key": str(new_id()), "pence": "100", "recovered_on": today(), "memo": "Left before Christmas"}
    assert client_for(finance, yhiot).post(f"/sponsorships/awards/{award.pk}/recover/", form).status_code == 302
    with within():
        assert fund.held()["available"] == 1_000_000 - 30_000 + 10_000


def test_the_same_need_met_twice_is_pointed_out(client_for, administrator, yhiot, fund, award, within):
    with within():
        again = make_award(fund, 500, by=administrator, learner=award.learner)
    page = text(client_for(administrator, yhiot).get(f"/sponsorships/awards/{again.pk}/"))
    assert "The same need this year" in page
    assert "£900 from Quickline bursaries" in page


def test_an_award_of_another_academic_year_does_not_meet_the_same_need(administrator, fund, award, within):
    with within():
        make_award(fund, 500, by=administrator, learner=award.learner)
        Award.objects.filter(pk=award.pk).update(approved_on=award.approved_on - dt.timedelta(days=366))
        award.refresh_from_db()
        assert not same_need_met(award).exists()


def test_payments_due_are_listed_until_paid(client_for, finance, administrator, yhiot, fund, within, college):
    client_for(administrator, yhiot).post(f"/sponsorships/funds/{fund.pk}/award/", award_form(college))
    client = client_for(finance, yhiot)
    assert "£150.00" in text(client.get("/sponsorships/payments/"))
    assert "1 bursary payment is due, £150 in all" in text(client.get("/"))
    with within():
        due = AwardInstalment.objects.due().get()
        assert due.due_on == today()
    client.post(f"/sponsorships/awards/instalments/{due.pk}/pay/", {"paid_on": today()})
    assert "Nothing is due" in text(client.get("/sponsorships/payments/"))


def test_instalments_fall_on_the_last_day_of_short_months(client_for, administrator, yhiot, fund, college, within):
    first = dt.date(today().year + 1, 1, 31)
    form = award_form(college, first_due_on=first.isoformat(), instalments="3")
    client_for(administrator, yhiot).post(f"/sponsorships/funds/{fund.pk}/award/", form)
    with within():
        days = [i.due_on for i in AwardInstalment.objects.all()]
    assert [(day.month, day.day) for day in days][::2] == [(1, 31), (3, 31)]
    assert days[1].month == 2
