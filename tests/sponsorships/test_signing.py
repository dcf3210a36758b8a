"""What signing does in a party: which fund it feeds, whose record it hangs on; and what is not owed before."""

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.identity.models import Institute
from employers.models import Employer
from sponsorships.actions.agreements import deliver_benefit
from sponsorships.actions.signing import sign_agreement
from sponsorships.models import AgreementShare, Benefit, Fund, Purpose, ShareComponent
from tests.factories.agreements import SIGNED, gift, make_draft, make_signatory, make_signed, make_sponsor
from tests.factories.employers import make_employer
from tests.factories.funds import make_fund


@pytest.mark.parametrize(("state", "funds", "promised"), [("paused", 1, 2_000_00), ("closed", 2, 1_000_00)])
def test_a_fund_of_the_sponsor_that_is_paused_is_fed_and_beside_a_closed_one_a_numbered_one_opens(
    inside, yhiot, people, state, funds, promised
):
    sponsor, components = make_sponsor(), (gift(Purpose.BURSARY, 1_000_00),)
    make_signed(inside, people.director, [yhiot], sponsor, components=components)
    Fund.objects.update(state=state)
    make_signed(inside, people.director, [yhiot], sponsor, components=components)
    fund = ShareComponent.objects.order_by("share__id").last().fund
    assert (Fund.objects.count(), fund.held()["promised"]) == (funds, promised)
    assert fund.name == "Quickline Communications bursaries" + (" (2)" if state == "closed" else "")


def test_a_fund_of_another_kind_with_that_name_is_left_alone(inside, yhiot, people):
    taken = make_fund(kind="equipment", name="Quickline Communications bursaries")
    make_signed(inside, people.director, [yhiot], components=(gift(Purpose.BURSARY, 1_000_00),))
    assert taken.held()["promised"] == 0
    assert Fund.objects.get(kind="bursary").name == "Quickline Communications bursaries (2)"


def test_the_funds_of_a_sponsor_with_a_long_name_are_told_apart_by_their_purpose(inside, yhiot, people):
    make_signed(inside, people.director, [yhiot], make_sponsor("Q" * 140))
    names = list(Fund.objects.values_list("name", flat=True))
    assert [len(name) for name in names] == [120] * 3
    assert {name.strip("Q") for name in names} == {" bursaries", " equipment", " STE(A)M challenge"}


def test_an_agreement_whose_title_reads_like_a_person_is_signed(inside, yhiot, people):
    make_signed(inside, people.director, [yhiot], make_sponsor("Dr Martens"), title="Dr Martens for learners")
    assert AgreementShare.objects.get().title == "Dr Martens for learners"


def test_a_joint_agreement_is_not_signed_for_a_sponsor_that_lost_its_link_to_the_register(inside, yhiot, liot, people):
    agreement = make_draft(inside, [yhiot, liot])
    contact = make_signatory(agreement.employer)
    with institute_context(liot.id):
        make_employer("Somebody else")  # without a link too
    Employer.objects.filter(pk=agreement.employer_id).update(organisation=None)
    with pytest.raises(DomainError, match="not linked to the register"):
        sign_agreement(agreement=agreement, signed_on=SIGNED, signed_for_sponsor=contact, by=people.director)
    with institute_context(liot.id):
        assert not AgreementShare.objects.exists()


def test_nothing_is_drafted_with_or_signed_for_an_institute_that_has_closed(inside, yhiot, liot, people):
    agreement = make_draft(inside, [yhiot, liot])
    contact = make_signatory(agreement.employer)
    Institute.objects.filter(pk=liot.pk).update(is_live=False)
    liot.refresh_from_db()
    with pytest.raises(DomainError, match="takes part no more") as refusal:
        sign_agreement(agreement=agreement, signed_on=SIGNED, signed_for_sponsor=contact, by=people.director)
    assert refusal.value.field == "parties"
    with pytest.raises(DomainError, match="takes part no more"):
        make_draft(inside, [yhiot, liot], agreement.employer)
    assert not AgreementShare.objects.exists()


def test_a_benefit_of_a_draft_is_not_owed_yet(inside, yhiot):
    make_draft(inside, [yhiot])
    with pytest.raises(Conflict, match="not signed yet"):
        deliver_benefit(benefit=Benefit.objects.get(), delivered_on=today(), by=inside)
    assert Benefit.objects.get().delivered_on is None
