"""What Django and allauth send is stored with what caused it, and never sent from a request."""

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives
from django.db import transaction

from crm.base.context import NETWORK_ID, institute_context
from crm.mail.backend import KIND_HEADER, StoringEmailBackend
from crm.mail.models import Message, Occurrence
from crm.mail.states import State


def store(**facts):
    kind = facts.pop("kind", "")
    facts = {"subject": "Your sign-in code", "body": "123 456", "to": ["Jo <Jo@Employer.Example>"], **facts}
    message = EmailMultiAlternatives(**facts, headers={KIND_HEADER: kind} if kind else {})
    return StoringEmailBackend().send_messages([message])


def stored():
    with institute_context(NETWORK_ID):
        return list(Message.objects.select_related("occurrence").order_by("occurrence__recipient_email"))


def test_mail_is_stored_and_planned_at_once_for_any_hour(db):
    assert store(kind="account/email/login_code") == 1
    [message] = stored()
    occurrence = message.occurrence
    assert (message.text, message.is_secret) == ("123 456", True)
    assert (occurrence.rule, occurrence.state, occurrence.is_urgent) == ("accounts.sign_in_code", State.PLANNED, True)
    assert (occurrence.recipient_email, occurrence.recipient_name) == ("jo@employer.example", "Jo")
    assert (occurrence.expires_at - occurrence.due_at).total_seconds() == 600
    assert occurrence.why == "because somebody asked for a sign-in code for this address"


def test_each_recipient_gets_a_message_of_their_own_copies_included(db):
    store(to=["a@x.example", "b@x.example"], cc=["c@x.example"], bcc=["d@x.example"])
    addresses = [message.occurrence.recipient_email for message in stored()]
    assert addresses == ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]


def test_mail_is_not_kept_when_what_caused_it_is_rolled_back(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        store()
        raise ZeroDivisionError
    assert stored() == []


def test_an_institute_does_not_see_the_frameworks_mail(inside):
    store()
    assert Occurrence.objects.count() == 0
    assert len(stored()) == 1


BREAKS = ["\nBcc: all@x.example", "\r\n\r\nHello", "\rX-Other: y", "\u2028Bcc: all@x.example", "\x0bX: y", "\x00"]


@pytest.mark.parametrize("breaker", BREAKS)
@pytest.mark.parametrize("field", ["subject", "from_email", "to", "reply_to"])
def test_a_line_break_in_a_header_is_refused_and_nothing_is_stored(db, field, breaker):
    value = "Jo <jo@x.example>" + breaker
    with pytest.raises(BadHeaderError):
        store(**{field: [value] if field in ("to", "reply_to") else value})
    assert stored() == []


def test_one_bad_message_of_two_stores_neither(db):
    good = EmailMessage("Hello", "Text", to=["a@x.example"])
    bad = EmailMessage("Hello\nBcc: x@x.example", "Text", to=["b@x.example"])
    with pytest.raises(BadHeaderError):
        StoringEmailBackend().send_messages([good, bad])
    assert stored() == []


@pytest.mark.parametrize("address", ["nobody", "@x.example", "jo@", ""])
def test_what_is_no_address_is_refused(db, address):
    with pytest.raises(ValueError):
        StoringEmailBackend().send_messages([EmailMessage("Hello", "Text", to=[address or " "])])
    assert stored() == []


def test_attachments_are_refused(db):
    message = EmailMessage("Hello", "Text", to=["a@x.example"], attachments=[("a.txt", "text", "text/plain")])
    with pytest.raises(ValueError, match="attachments"):
        StoringEmailBackend().send_messages([message])
