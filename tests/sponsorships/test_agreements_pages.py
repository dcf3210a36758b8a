"""The pages of agreements: drafted, checked, signed and amended; each institute sees its own share."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.context import institute_context
from sponsorships.models import Agreement, AgreementShare, Amendment, Benefit, Instalment, PlannedInstalment
from tests.browser import in_every_look
from tests.factories.agreements import make_draft, make_signatory, make_signed, make_sponsor
from tests.factories.employers import make_employer
from tests.queries import own_queries


@pytest.fixture
def director_pages(client_for, people, yhiot):
    return client_for(people.director, yhiot)


@pytest.fixture
def within(yhiot, manager):
    return lambda: institute_context(yhiot.id, user_id=manager.id)


@pytest.fixture
def signed(within, manager, people, yhiot, liot):
    with within():
        return make_signed(manager, people.director, [yhiot, liot])


def _typed(sponsor, *institutes, **changes):
    """What a person types for £530,000 over three purposes and three years."""
    facts = {
        "employer": sponsor.pk,
        "title": "Quickline sponsorship",
        "reference": "QL-1",
        "starts_on": "2024-09-01",
        "ends_on": "2027-08-31",
        "total_pence": "530,000",
        "payments": "3",
        "first_due_on": "2024-09-01",
    }
    rows = (("bursary", "gift", "300,000", ""), ("challenge", "sponsorship_fee", "150000", "The name"))
    rows += (("equipment", "gift", "80000.00", ""), ("", "gift", "", ""))
    for row, (purpose, kind, pounds, benefit) in enumerate(rows):
        name = f"component_{row}"
        facts |= {f"{name}_purpose": purpose, f"{name}_kind": kind, f"{name}_pence": pounds}
        facts |= {f"{name}_benefit": benefit, f"{name}_due_on": "2025-07-01" if benefit else ""}
    for row in range(4):
        facts |= {f"party_{row}_institute": institutes[row].pk if row < len(institutes) else ""}
        facts |= {f"party_{row}_weight": "1"}
    return facts | changes


def test_a_draft_is_typed_checked_saved_and_signed_by_a_second_person(pages, director_pages, within, yhiot, liot):
    with within():
        sponsor = make_sponsor()
        contact = make_signatory(sponsor)
    typed = _typed(sponsor, yhiot, liot)
    checked = pages.post(reverse("sponsorships:draft"), typed | {"check": "1"})
    assert checked.status_code == 200
    assert "£265,000" in checked.content.decode()
    with within():
        assert not Agreement.objects.exists()
    saved = pages.post(reverse("sponsorships:draft"), typed)
    assert saved.status_code == 302
    with within():
        agreement = Agreement.objects.get()
    sign = reverse("sponsorships:sign", args=[agreement.pk])
    answer = {"signed_on": "2024-07-15", "signed_for_sponsor": contact.pk}
    assert pages.post(sign, answer).status_code == 403
    assert director_pages.post(sign, answer).status_code == 302
    with within():
        assert AgreementShare.objects.get().pence == 26_500_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total_pence": "530,001"}, "component_0_pence"),
        ({"component_1_benefit": "", "component_1_due_on": ""}, "component_0_pence"),
        ({"component_0_benefit": "A logo", "component_0_due_on": "2025-01-01"}, "component_0_pence"),
        ({"component_1_due_on": ""}, "component_1_due_on"),
        ({"component_2_pence": ""}, "component_2_pence"),
        ({"component_3_pence": "5"}, "component_3_purpose"),
        ({"first_due_on": "2030-01-01"}, "first_due_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"title": ""}, "title"),
    ],
)
def test_a_bad_draft_is_refused_at_its_field_when_saved_and_when_checked(pages, within, yhiot, liot, changes, field):
    with within():
        typed = _typed(make_sponsor(), yhiot, liot, **changes)
    for button in ({}, {"check": "1"}):
        answer = pages.post(reverse("sponsorships:draft"), typed | button)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
    with within():
        assert not Agreement.objects.exists()


def test_the_page_to_sign_says_what_is_missing_instead_of_an_empty_list(director_pages, within, manager, yhiot):
    with within():
        agreement = make_draft(manager, [yhiot])
    sign = reverse("sponsorships:sign", args=[agreement.pk])
    page = director_pages.get(sign).content.decode()
    assert "Nobody can sign for the sponsor yet" in page and str(agreement.employer_id) in page
    assert "Sign for the institute" not in page
    with within():
        make_signatory(agreement.employer)
    page = director_pages.get(sign).content.decode()
    assert "Sign for the institute" in page and "Nobody can sign" not in page


def test_a_draft_can_be_changed_and_keeps_its_sponsor(pages, within, manager, yhiot, liot):
    with within():
        agreement = make_draft(manager, [yhiot, liot])
        other = make_employer("Somebody else")
    url = reverse("sponsorships:redraft", args=[agreement.pk])
    shown = pages.get(url).context["form"]
    assert shown.initial["component_1_benefit"] == "The challenge carries the sponsor's name"
    typed = _typed(other, yhiot, liot, total_pence="530000", title="Quickline, second try")
    assert pages.post(url, typed).status_code == 302
    with within():
        agreement = Agreement.objects.select_related("employer").get()
    assert (agreement.title, agreement.employer.name) == ("Quickline, second try", "Quickline Communications")


def test_the_drafter_is_told_that_somebody_else_signs(client_for, people, yhiot, within):
    director = people.director
    with within():
        agreement = make_draft(director, [yhiot])
        contact = make_signatory(agreement.employer)
    page = client_for(director, yhiot)
    url = reverse("sponsorships:sign", args=[agreement.pk])
    assert "Somebody else must sign it" in page.get(url).content.decode()
    answer = page.post(url, {"signed_on": "2024-07-15", "signed_for_sponsor": contact.pk})
    assert answer.status_code == 422
    with within():
        assert not AgreementShare.objects.exists()


def test_each_party_opens_the_same_address_and_sees_its_own_share(signed, pages, client_for, people, liot):
    url = reverse("sponsorships:agreement", args=[signed.pk])
    ours = pages.get(url).content.decode()
    theirs = client_for(people.at(liot).partnership_manager, liot).get(url).content.decode()
    assert "£530,000" in ours
    assert "£530,000" not in theirs  # the total is not shared
    assert "£265,000" in theirs
    assert "Yorkshire &amp; Humber IoT" in theirs  # who leads


def test_pages_of_the_lead_do_not_exist_for_a_party(signed, client_for, people, liot):
    stranger = client_for(people.at(liot).partnership_manager, liot)
    assert stranger.get(reverse("sponsorships:amend", args=[signed.pk])).status_code == 404
    signer = client_for(people.at(liot).director, liot)
    assert signer.get(reverse("sponsorships:sign", args=[signed.pk])).status_code == 404


@pytest.mark.parametrize("name", ["agreement", "redraft", "amend"])
def test_an_agreement_of_others_does_not_exist(name, client_for, people, liot, within, manager, yhiot):
    with within():
        agreement = make_draft(manager, [yhiot])
    stranger = client_for(people.at(liot).partnership_manager, liot)
    assert stranger.get(reverse(f"sponsorships:{name}", args=[agreement.pk])).status_code == 404


def test_amending_moves_a_date_and_shows_the_earlier_terms(signed, pages, within):
    url = reverse("sponsorships:amend", args=[signed.pk])
    form = pages.get(url).context["form"]
    with within():
        moved = PlannedInstalment.objects.get(number=3, component__purpose="bursary")
    typed = {"reason": "Their year moved", "effective_on": "2025-08-01", "key": str(form["key"].value())}
    for row in form.plan:
        typed |= {f"due_{row.id.hex}": str(row.due_on), f"pence_{row.id.hex}": f"{row.pence / 100:.2f}"}
    typed[f"due_{moved.id.hex}"] = "2027-01-15"
    assert pages.post(url, typed).status_code == 302
    assert pages.post(url, typed).status_code == 302  # pressed twice
    with within():
        assert Instalment.objects.get(number=3, component__purpose="bursary").due_on == dt.date(2027, 1, 15)
        assert Amendment.objects.count() == 1
    shown = pages.get(reverse("sponsorships:agreement", args=[signed.pk])).content.decode()
    assert "Their year moved" in shown
    assert "2026-09-01" in shown


def test_a_benefit_is_noted_as_delivered_once(signed, pages, within):
    with within():
        benefit = Benefit.objects.get()
    url = reverse("sponsorships:benefit_delivered", args=[benefit.pk])
    assert pages.post(url).status_code == 302
    with within():
        benefit.refresh_from_db()
    assert benefit.delivered_on is not None


def test_an_illustrative_agreement_says_so_on_its_page(pages, within, manager, yhiot):
    with within():
        agreement = make_draft(
            manager, [yhiot], is_illustrative=True, illustrative_note="The split is invented.", source="FE News"
        )
    shown = pages.get(reverse("sponsorships:agreement", args=[agreement.pk])).content.decode()
    assert "Partly illustrative." in shown
    assert "The split is invented." in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_number_of_questions_whatever_their_length(rows, pages, within, manager, people, yhiot):
    with within():
        for number in range(rows):
            sponsor = make_sponsor(f"Sponsor {number}")
            make_signed(manager, people.director, [yhiot], sponsor, reference=f"S-{number}")
            make_draft(manager, [yhiot], sponsor, reference=f"D-{number}")
    for name, count in (("agreements", 8), ("instalments", 5)):  # the first notes who was seen
        with own_queries() as queries:
            assert pages.get(reverse(f"sponsorships:{name}")).status_code == 200
        assert (name, len(queries)) == (name, count)


@pytest.mark.parametrize("institutes", [1, 2])
def test_an_agreement_page_asks_the_same_number_of_questions(institutes, pages, within, manager, people, yhiot, liot):
    with within():
        agreement = make_signed(manager, people.director, [yhiot, liot][:institutes])
    with own_queries() as queries:
        pages.get(reverse("sponsorships:agreement", args=[agreement.pk]))
    assert len(queries) == 13


@pytest.mark.browser
def test_agreement_pages_are_accessible_in_every_look(open_page, yhiot, liot, people, within, manager):
    with within():
        facts = {"is_illustrative": True, "illustrative_note": "Split and dates are invented.", "source": "FE News"}
        signed = make_signed(manager, people.director, [yhiot, liot], **facts)
        draft = make_draft(manager, [yhiot, liot], make_sponsor("Siemens Energy"), title="Siemens laboratory")
    for name, args, who in (
        ("agreements", [], manager),
        ("draft", [], manager),
        ("agreement", [signed.pk], manager),
        ("redraft", [draft.pk], manager),
        ("sign", [draft.pk], people.director),
        ("amend", [signed.pk], manager),
        ("instalments", [], people.finance_officer),
    ):
        in_every_look(open_page, reverse(f"sponsorships:{name}", args=args), f"agreement-{name}", who, yhiot)
    path = reverse("sponsorships:agreement", args=[draft.pk])
    in_every_look(open_page, path, "agreement-of-a-draft", people.director, yhiot)
