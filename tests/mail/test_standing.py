"""Who may be written to, for what, and by which word or law."""

import datetime as dt

import pytest

from crm.base.clock import now
from crm.base.errors import DomainError
from crm.base.ids import new_id
from crm.mail.actions import note_preference
from crm.mail.models import MessagePreference
from crm.mail.standing import Subscriber, refused, standing
from employers.models import Contact
from employers.reads.subscribers import class_of_contact, class_of_form
from tests.factories.employers import make_contact, make_employer, make_organisation

DAY = dt.timedelta(days=1)
CORPORATE, INDIVIDUAL = Subscriber.CORPORATE, Subscriber.INDIVIDUAL


def _said(*words: tuple[str, int], purpose: str = "marketing", channel: str = "email") -> list[MessagePreference]:
    """Words as (basis, days ago)."""
    start = now()
    return [
        MessagePreference(
            purpose=purpose,
            channel=channel,
            basis=basis,
            allowed=basis not in ("objection", "withdrawal"),
            said_at=start - days * DAY,
        )
        for basis, days in words
    ]


@pytest.mark.parametrize(
    ("words", "subscriber", "allowed"),
    [
        ([], CORPORATE, True),
        ([], INDIVIDUAL, False),
        ([("consent", 1)], INDIVIDUAL, True),
        ([("soft_opt_in", 1)], INDIVIDUAL, True),
        ([("legitimate_interests", 1)], INDIVIDUAL, False),
        ([("legitimate_interests", 1)], CORPORATE, True),
        ([("objection", 1)], CORPORATE, False),
        ([("consent", 2), ("withdrawal", 1)], INDIVIDUAL, False),
        ([("consent", 1), ("objection", 1)], INDIVIDUAL, False),  # of the same moment: the objection
        ([("objection", 1), ("consent", 1)], INDIVIDUAL, False),
        ([("objection", 2), ("consent", 1)], INDIVIDUAL, True),  # the latest word
        ([("objection", 2), ("legitimate_interests", 1)], CORPORATE, False),  # no interest of ours lifts an objection
        ([("objection", 3), ("legitimate_interests", 2), ("consent", 1)], CORPORATE, True),
        ([("objection", 2), ("consent", 1), ("soft_opt_in", 0)], INDIVIDUAL, True),
    ],
)
def test_the_latest_word_counts_and_an_objection_beats_all_but_a_later_consent(words, subscriber, allowed):
    found = standing(_said(*words), purpose="marketing", channel="email", subscriber=subscriber)
    assert found.allowed is allowed
    assert found.why


def test_what_was_said_of_one_purpose_or_channel_says_nothing_of_another():
    said = _said(("objection", 1))
    assert standing(said, purpose="service", channel="email", subscriber=INDIVIDUAL).allowed
    assert standing(said, purpose="marketing", channel="post", subscriber=INDIVIDUAL).allowed
    assert not standing(said, purpose="marketing", channel="phone", subscriber=CORPORATE).allowed


@pytest.mark.parametrize(
    ("form", "number", "subscriber", "letter"),
    [
        ("Private limited company", "", CORPORATE, "(a)"),
        ("Public limited company", "", CORPORATE, "(a)"),
        ("Community interest company", "", CORPORATE, "(a)"),
        ("Company limited by guarantee", "", CORPORATE, "(a)"),
        ("Incorporated by royal charter", "", CORPORATE, "(b)"),
        ("Scottish partnership", "", CORPORATE, "(c)"),
        ("Limited partnership (Scotland)", "", CORPORATE, "(c)"),
        ("Limited liability partnership", "", CORPORATE, "(e)"),
        ("Charitable incorporated organisation", "", CORPORATE, "(e)"),
        ("Registered society", "", CORPORATE, "(e)"),
        ("County council", "", CORPORATE, "(e)"),
        ("NHS foundation trust", "", CORPORATE, "(e)"),
        ("Sole trader", "", INDIVIDUAL, ""),
        ("Partnership", "", INDIVIDUAL, ""),
        ("Limited partnership", "", INDIVIDUAL, ""),
        ("Unincorporated association", "", INDIVIDUAL, ""),
        ("Trust", "", INDIVIDUAL, ""),
        ("Something new", "", INDIVIDUAL, ""),
        ("", "", INDIVIDUAL, ""),
        ("", "00102498", CORPORATE, "(a)"),
        ("", "SC095000", CORPORATE, "(a)"),
        ("", "OC301540", CORPORATE, "(e)"),
        ("", "SL001234", CORPORATE, "(c)"),
        ("", "LP001234", INDIVIDUAL, ""),
        ("", "RC000651", CORPORATE, "(b)"),
        ("Something new", "OC301540", CORPORATE, "(e)"),
        ("Sole trader", "00102498", INDIVIDUAL, ""),  # the form is known, so the number decides nothing
    ],
)
def test_the_subscriber_follows_from_the_legal_form(form, number, subscriber, letter):
    found = class_of_form(form, number)
    assert found.subscriber == subscriber
    assert f"PECR 2003 regulation 2(1){letter})" in found.why


def test_a_private_address_at_a_company_is_a_persons_own(inside):
    employer = make_employer(organisation=make_organisation())
    at_work = make_contact(employer, email="jo@quickline.example", email_domain="quickline.example")
    at_home = make_contact(employer, email="jo@gmail.com")
    assert class_of_contact(at_work).subscriber == CORPORATE
    assert class_of_contact(at_home).subscriber == INDIVIDUAL


def test_a_word_is_kept_and_none_before_it_is_changed(inside):
    whom = {"person_type": "employers.contact", "person_id": new_id()}
    for basis in ("consent", "withdrawal"):
        note_preference(**whom, purpose="marketing", channel="email", basis=basis, source="e-mail", by=inside)
    assert [(w.basis, w.allowed) for w in MessagePreference.objects.order_by("said_at")] == [
        ("consent", True),
        ("withdrawal", False),
    ]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"source": " "}, "source"),
        ({"basis": "guess"}, "basis"),
        ({"purpose": "all"}, "purpose"),
        ({"channel": "fax"}, "channel"),
        ({"said_at": now() + DAY}, "said_at"),
    ],
)
def test_a_word_is_refused_at_its_field(inside, facts, field):
    whom = {"person_type": "employers.contact", "person_id": new_id()}
    given = {"purpose": "marketing", "channel": "email", "basis": "consent", "source": "form", **facts}
    with pytest.raises(DomainError) as refusal:
        note_preference(**whom, **given, by=inside)
    assert refusal.value.field == field
    assert not MessagePreference.objects.exists()


def _refused(contact: Contact, purpose: str) -> str | None:
    return refused(recipient_type="employers.contact", recipient_id=contact.pk, purpose=purpose)


def test_the_mailer_is_told_who_gets_nothing(inside):
    jo = make_contact(make_employer(organisation=make_organisation()), email_domain="employer.example")
    assert (_refused(jo, "service"), _refused(jo, "marketing")) == (None, None)
    facts = {"channel": "email", "source": "by phone", "person_type": "employers.contact", "person_id": jo.person_id}
    note_preference(**facts, purpose="marketing", basis="objection", by=inside)
    assert _refused(jo, "service") is None
    assert _refused(jo, "marketing").startswith("they said no on ")
    note_preference(**facts, purpose="service", basis="objection", by=inside)
    assert _refused(jo, "service").startswith("they said no on ")


def test_colleagues_get_what_their_work_asks_for_and_nothing_that_advertises(inside):
    whom = {"recipient_type": "identity.user", "recipient_id": inside.pk}
    assert refused(**whom, purpose="service") is None
    assert refused(**whom, purpose="marketing")
