"""One promise, several institutes: drafted, split to the penny, signed by a second person."""

import dataclasses
import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.outbox.models import Entry
from employers.models import ContactRole, Employer
from sponsorships.actions.agreements import deliver_benefit, draft_agreement, redraft_agreement
from sponsorships.actions.signing import sign_agreement
from sponsorships.models import (
    Agreement,
    AgreementShare,
    AgreementState,
    Benefit,
    Fund,
    Instalment,
    PlannedInstalment,
    Purpose,
    ShareComponent,
)
from sponsorships.models.split import split_agreement, yearly
from sponsorships.reads.agreements import out_of_step
from tests.factories.agreements import (
    NAMING,
    SIGNED,
    fee,
    gift,
    make_draft,
    make_signatory,
    make_signed,
    make_sponsor,
    make_terms,
)
from tests.factories.employers import make_contact, make_employer


@given(
    total=st.integers(1, 53_000_000),
    cuts=st.lists(st.integers(1, 100), min_size=1, max_size=4),
    weights=st.lists(st.integers(1, 1000), min_size=1, max_size=5),
    payments=st.integers(1, 12),
)
def test_a_split_loses_no_penny_at_any_level(total, cuts, weights, payments):
    components = [total * cut // sum(cuts) for cut in cuts]
    components[0] += total - sum(components)
    split = split_agreement(components, weights, payments)
    assert split.total == total
    assert sum(split.of_party(p) for p in range(len(weights))) == total
    for c, pence in enumerate(components):
        assert sum(split.of_component(c, p) for p in range(len(weights))) == pence
        assert sum(split.payment(c, n) for n in range(payments)) == pence
    assert split == split_agreement(components, weights, payments)
    assert all(pence >= 0 for component in split.cells for party in component for pence in party)


def test_the_founding_example_splits_over_two_parties_three_years_and_three_purposes():
    split = split_agreement([30_000_001, 15_000_000, 7_999_999], [1, 1], 3)
    assert split.total == 53_000_000
    assert split.cells[0] == ((5_000_001, 5_000_000, 5_000_000), (5_000_000, 5_000_000, 5_000_000))


def test_yearly_dates_know_leap_years():
    assert yearly(dt.date(2024, 2, 29), 3) == [dt.date(2024, 2, 29), dt.date(2025, 2, 28), dt.date(2026, 2, 28)]


def test_a_draft_adds_up_and_promises_nothing(inside, yhiot, liot):
    agreement = make_draft(inside, [yhiot, liot])
    assert sum(agreement.components.values_list("pence", flat=True)) == 53_000_000
    assert sum(agreement.parties.values_list("pence", flat=True)) == 53_000_000
    assert sum(PlannedInstalment.objects.values_list("pence", flat=True)) == 53_000_000
    assert not AgreementShare.objects.exists()
    assert not Fund.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field", "says"),
    [
        ({"total_pence": 53_000_100}, "components", "£1.00 is missing from the parts"),
        ({"components": (gift("bursary", 1000), gift("general", 1)), "total_pence": 1000}, "components", "too much in"),
        ({"components": (dataclasses.replace(gift("bursary", 5), benefits=(NAMING,)),)}, "components", "701/41"),
        (
            {"components": (dataclasses.replace(fee("challenge", 5), benefits=()),)},
            "components",
            "at least one benefit",
        ),
        ({"components": ()}, "components", "at least one amount"),
        ({"due_dates": ()}, "due_dates", "at least one payment"),
        ({"due_dates": (dt.date(2030, 1, 1),)}, "due_dates", "between the start and the end"),
        ({"due_dates": (dt.date(2025, 1, 1), dt.date(2025, 1, 1))}, "due_dates", "each once"),
        ({"ends_on": dt.date(2024, 9, 1)}, "ends_on", "after it starts"),
        ({"reference": " - "}, "reference", "Enter a reference"),
        ({"is_illustrative": True}, "illustrative_note", "assumed"),
    ],
)
def test_terms_are_refused_at_the_field_and_nothing_is_written(inside, yhiot, facts, field, says):
    with pytest.raises(DomainError, match=says) as refusal:
        make_draft(inside, [yhiot], **facts)
    assert refusal.value.field == field
    assert not Agreement.objects.exists()


def test_the_lead_must_be_a_party_and_nobody_twice(inside, yhiot, liot):
    for institutes in ([liot], [yhiot, yhiot]):
        with pytest.raises(DomainError) as refusal:
            make_draft(inside, institutes)
        assert refusal.value.field == "parties"


def test_a_joint_agreement_needs_a_sponsor_that_the_register_knows(inside, yhiot, liot):
    unknown = make_employer("Joe's Workshop")
    with pytest.raises(DomainError, match="not linked to the register") as refusal:
        make_draft(inside, [yhiot, liot], unknown)
    assert refusal.value.field == "employer"
    assert make_draft(inside, [yhiot], unknown).state == AgreementState.DRAFT


def test_a_reference_is_used_once_in_an_institute(inside, yhiot):
    make_draft(inside, [yhiot], reference="QL-2024")
    with pytest.raises(Conflict) as refusal:
        make_draft(inside, [yhiot], reference="QL-2024")
    assert refusal.value.field == "reference"


def test_redrafting_replaces_the_terms_and_the_drafter(inside, yhiot, people):
    agreement = make_draft(inside, [yhiot])
    terms = make_terms([yhiot], components=(gift("bursary", 1_000_00),), reference="NEW-1")
    agreement = redraft_agreement(agreement=agreement, terms=terms, by=people.director)
    assert (agreement.total_pence, agreement.drafted_by) == (1_000_00, people.director)
    assert agreement.components.get().pence == sum(PlannedInstalment.objects.values_list("pence", flat=True))
    with pytest.raises(NotAllowed):
        sign_agreement(
            agreement=agreement,
            signed_on=SIGNED,
            signed_for_sponsor=make_signatory(agreement.employer),
            by=people.director,
        )


def test_signing_gives_each_party_its_share_to_the_penny(inside, yhiot, liot, people):
    agreement = make_signed(inside, people.director, [yhiot, liot], weights=[2, 1], is_total_shared=True)
    found = {}
    for institute in (yhiot, liot):
        with institute_context(institute.id):
            share = AgreementShare.objects.get()
            assert (share.agreement_id, share.title, share.total_pence) == (agreement.id, agreement.title, 53_000_000)
            assert share.pence == sum(ShareComponent.objects.values_list("pence", flat=True))
            assert share.pence == sum(Instalment.objects.values_list("pence", flat=True))
            promised = {c.fund.kind: c.fund.held()["promised"] for c in ShareComponent.objects.select_related("fund")}
            assert promised == {c.purpose: c.pence for c in ShareComponent.objects.all()}
            assert Entry.objects.filter(type="sponsorships.agreement_signed").count() == 1
            found[institute.code] = share.pence
    assert found == {"yhiot": 35_333_333, "liot": 17_666_667}
    assert out_of_step() == []


def test_the_total_is_shown_to_the_parties_only_where_the_agreement_shares_it(inside, yhiot, liot, people):
    make_signed(inside, people.director, [yhiot, liot])
    with institute_context(liot.id):
        assert AgreementShare.objects.get().total_pence is None


def test_a_party_sees_its_own_rows_only(inside, yhiot, liot, people):
    make_signed(inside, people.director, [yhiot, liot])
    with institute_context(liot.id):
        assert not Agreement.objects.exists()
        assert {share.institute_id for share in AgreementShare.objects.all()} == {liot.id}
        assert {fund.institute_id for fund in Fund.objects.all()} == {liot.id}


def test_a_party_without_the_sponsor_gets_it_from_the_register_and_nothing_the_lead_wrote(inside, yhiot, liot, people):
    sponsor = make_sponsor()
    Employer.objects.filter(pk=sponsor.pk).update(name="Quickline (difficult)", notes="Owes us a call")
    sponsor.refresh_from_db()
    make_signed(inside, people.director, [yhiot, liot], sponsor)
    with institute_context(liot.id):
        own = Employer.objects.get()
        assert (own.name, own.notes, own.organisation) == (sponsor.organisation.legal_name, "", sponsor.organisation)
        assert AgreementShare.objects.get().employer == own


def test_a_party_that_knows_the_sponsor_keeps_its_own_record(inside, yhiot, liot, people):
    sponsor = make_sponsor()
    with institute_context(liot.id):
        theirs = make_employer("Quickline in Lincoln", organisation=sponsor.organisation)
    make_signed(inside, people.director, [yhiot, liot], sponsor)
    with institute_context(liot.id):
        assert AgreementShare.objects.get().employer == theirs
        assert Employer.objects.count() == 1


def test_the_drafter_may_not_sign_even_as_director(inside, yhiot, people):
    agreement = make_draft(people.director, [yhiot])
    with pytest.raises(NotAllowed, match="Somebody else"):
        sign_agreement(
            agreement=agreement,
            signed_on=SIGNED,
            signed_for_sponsor=make_signatory(agreement.employer),
            by=people.director,
        )
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.DRAFT
    assert not AgreementShare.objects.exists()


def test_the_database_refuses_a_drafter_as_signatory_too(inside, yhiot):
    agreement = make_draft(inside, [yhiot])
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(signed_for_institute=inside)


def test_only_a_signatory_of_that_day_signs_for_the_sponsor(inside, yhiot, people):
    agreement = make_draft(inside, [yhiot])
    finance = make_contact(agreement.employer, roles=(ContactRole.Role.FINANCE,))
    later = make_signatory(agreement.employer, since=SIGNED + dt.timedelta(days=1))
    elsewhere = make_signatory(make_employer())
    for contact in (finance, later, elsewhere):
        with pytest.raises(DomainError, match="was not a signatory") as refusal:
            sign_agreement(agreement=agreement, signed_on=SIGNED, signed_for_sponsor=contact, by=people.director)
        assert refusal.value.field == "signed_for_sponsor"
    assert not AgreementShare.objects.exists()


def test_an_agreement_is_signed_once_and_not_redrafted_after(inside, yhiot, people):
    agreement = make_signed(inside, people.director, [yhiot])
    contact = agreement.signed_for_sponsor
    with pytest.raises(Conflict):
        sign_agreement(agreement=agreement, signed_on=SIGNED, signed_for_sponsor=contact, by=people.director)
    with pytest.raises(Conflict):
        redraft_agreement(agreement=agreement, terms=make_terms([yhiot]), by=inside)
    assert AgreementShare.objects.count() == 1


def test_another_institutes_agreement_cannot_be_signed(inside, yhiot, liot, people):
    agreement = make_draft(inside, [yhiot, liot])
    contact = make_signatory(agreement.employer)
    with institute_context(liot.id), pytest.raises(NotFound):
        sign_agreement(agreement=agreement, signed_on=SIGNED, signed_for_sponsor=contact, by=people.at(liot).director)


def test_a_second_agreement_of_the_sponsor_feeds_the_same_fund(inside, yhiot, people):
    sponsor = make_sponsor()
    for reference in ("A-1", "A-2"):
        components = (gift(Purpose.BURSARY, 1_000_00),)
        make_signed(inside, people.director, [yhiot], sponsor, reference=reference, components=components)
    assert Fund.objects.get().held()["promised"] == 2_000_00


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: Instalment.objects.filter(number=2).update(pence=1),
        lambda: ShareComponent.objects.filter(purpose="bursary").update(pence=1),
        lambda: AgreementShare.objects.update(pence=1),
        lambda: PlannedInstalment.objects.filter(number=1).update(pence=1),
        lambda: Agreement.objects.update(total_pence=1),
        lambda: Instalment.objects.filter(number=3).delete(),
    ],
    ids=["instalment", "component", "share", "plan", "total", "a missing instalment"],
)
def test_the_database_refuses_parts_that_do_not_add_up(inside, yhiot, people, tamper):
    make_signed(inside, people.director, [yhiot])
    with pytest.raises(IntegrityError, match="add up to"), transaction.atomic():
        tamper()
        transaction.get_connection().check_constraints()


def test_the_nightly_check_finds_a_share_that_left_step(inside, yhiot, liot, people):
    agreement = make_signed(inside, people.director, [yhiot, liot])
    with institute_context(liot.id):
        Instalment.objects.filter(number=3, component__purpose="bursary").update(due_on=today())
    assert out_of_step() == [(yhiot.id, agreement.id)]
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("ledger", "verify", stdout=StringIO(), stderr=errors)
    assert f"yhiot: not true that master and shares agree: agreement {agreement.id}" in errors.getvalue()


def test_a_benefit_is_delivered_once(inside, yhiot, people):
    make_signed(inside, people.director, [yhiot])
    benefit = Benefit.objects.get()
    with pytest.raises(DomainError):
        deliver_benefit(benefit=benefit, delivered_on=today() + dt.timedelta(days=1), by=inside)
    assert deliver_benefit(benefit=benefit, delivered_on=today(), by=inside).delivered_on == today()
    with pytest.raises(Conflict):
        deliver_benefit(benefit=benefit, delivered_on=today(), by=inside)


def test_drafting_is_an_action_with_a_fact(inside, yhiot):
    agreement = draft_agreement(employer=make_sponsor(), terms=make_terms([yhiot]), by=inside)
    assert Entry.objects.get(subject_id=agreement.id).payload["total_pence"] == 53_000_000
