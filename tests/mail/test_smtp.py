import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from crm.mail.mime import Mail
from crm.mail.server import Server, parse_email_url
from crm.mail.smtp import Conversation, Outcome, Phase, Verdict, classify

MAIL = Mail(
    message_id="<0192.yhiot@anchorpoint.example>",
    from_email="Anchorpoint <no-reply@anchorpoint.example>",
    to_email="jo@employer.example",
    to_name="Jo Ångström, Finance",
    subject="Instalment due: £1,000 for Café & Co",
    text="Hello Jo,\n.a line with a dot first\nBye\n",
    html="<p>Hello <b>Jo</b></p>",
    reply_to="manager@college.example",
)


def deliver(server, *, mail=MAIL, may_send=True, timeout=0.5) -> tuple[Outcome, list[Phase]]:
    asked = []
    conversation = Conversation(parse_email_url(server.url, timeout=timeout))

    def before_data() -> bool:
        asked.append(conversation.phase)
        return may_send

    try:
        return conversation.deliver(mail, before_data=before_data), asked
    finally:
        conversation.close()


def test_a_message_arrives_whole_and_once(scripted_server):
    server = scripted_server()
    outcome, asked = deliver(server)
    assert (outcome.verdict, outcome.phase, outcome.code) == (Verdict.SENT, Phase.ACCEPTED, 250)
    assert asked == [Phase.RECIPIENT]
    assert server.kept.recipients == [["jo@employer.example"]]
    message = server.kept.messages[0]
    assert message["Message-ID"] == "<0192.yhiot@anchorpoint.example>"
    assert message["Subject"] == "Instalment due: £1,000 for Café & Co"
    assert message["To"].addresses[0].display_name == "Jo Ångström, Finance"
    assert message["Reply-To"] == "manager@college.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().splitlines() == MAIL.text.splitlines()
    assert "<b>Jo</b>" in message.get_body(("html",)).get_content()


# What the server did, what it kept, our verdict, the phase it ended in: the table of docs/operations.
FAULTS = [
    ("banner_421", 0, Verdict.RETRY, Phase.GREETING, 421),
    ("banner_tarpit", 0, Verdict.RETRY, Phase.GREETING, None),
    ("sender_550", 0, Verdict.RETRY, Phase.SENDER, 550),
    ("rcpt_450", 0, Verdict.RETRY, Phase.RECIPIENT, 450),
    ("rcpt_550", 0, Verdict.NO_SUCH_ADDRESS, Phase.RECIPIENT, 550),
    ("data_451", 0, Verdict.RETRY, Phase.DATA, 451),
    ("dot_451", 0, Verdict.RETRY, Phase.BODY, 451),
    ("dot_554", 0, Verdict.REFUSED, Phase.BODY, 554),
    ("dot_drop", 1, Verdict.UNKNOWN, Phase.BODY, None),
    ("dot_tarpit", 1, Verdict.UNKNOWN, Phase.BODY, None),
    ("quit_drop", 1, Verdict.SENT, Phase.ACCEPTED, 250),
]


@pytest.mark.parametrize(("fault", "kept", "verdict", "phase", "code"), FAULTS)
def test_the_verdict_follows_from_the_phase_and_the_code(scripted_server, fault, kept, verdict, phase, code):
    server = scripted_server(fault)
    outcome, _ = deliver(server)
    assert (outcome.verdict, outcome.phase, outcome.code) == (verdict, phase, code)
    assert len(server.kept.messages) == kept


def test_nothing_leaves_when_the_hand_over_cannot_be_written(scripted_server):
    server = scripted_server()
    outcome, _ = deliver(server, may_send=False)
    assert outcome.verdict is Verdict.ABANDONED
    assert server.kept.messages == []


def test_a_server_that_is_not_there_is_a_retry():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    conversation = Conversation(Server(host=address[0], port=address[1], timeout=0.5))
    outcome = conversation.deliver(MAIL, before_data=lambda: True)
    assert (outcome.verdict, outcome.phase) == (Verdict.RETRY, Phase.CONNECT)
    assert outcome.is_server_trouble


@pytest.mark.parametrize(
    ("code", "text", "verdict"),
    [
        (550, "5.1.1 No such user", Verdict.NO_SUCH_ADDRESS),
        (550, "No such user", Verdict.NO_SUCH_ADDRESS),
        (550, "5.7.1 Blocked by policy", Verdict.REFUSED),
        (552, "5.2.2 Mailbox full", Verdict.RETRY),
        (550, "5.4.4 No route", Verdict.RETRY),
        (554, "5.7.1 Relay access denied", Verdict.REFUSED),
    ],
)
def test_only_a_missing_mailbox_suppresses_its_address(code, text, verdict):
    assert classify(Phase.RECIPIENT, code, text) is verdict


@pytest.mark.parametrize("field", ["subject", "to_name", "to_email", "from_email", "reply_to"])
@pytest.mark.parametrize(
    "breaker", ["\nBcc: all@x.example", "\r\n\r\nbody", "\rX: y", "\u2028Bcc: b@x.example", "\x00"]
)
def test_a_line_break_in_a_header_sends_nothing(scripted_server, field, breaker):
    server = scripted_server()
    mail = Mail(**{**MAIL.__dict__, field: getattr(MAIL, field) + breaker})
    outcome, asked = deliver(server, mail=mail)
    assert outcome.verdict is Verdict.REFUSED
    assert asked == [] and server.kept.messages == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:1025", Server("127.0.0.1", 1025)),
        ("smtp://mail.example", Server("mail.example", 25)),
        ("smtp://me%40x:p%2Fw@mail.example/?starttls=1", Server("mail.example", 587, "starttls", "me@x", "p/w")),
        ("smtps://mail.example", Server("mail.example", 465, "tls")),
    ],
)
def test_the_mail_servers_address_is_read(url, expected):
    assert parse_email_url(url) == expected


@pytest.mark.parametrize(
    "url", ["http://x", "smtp://", "smtps://x/?starttls=1", "smtp://x/?startls=1", "", "smtp://x/?tls=1"]
)
def test_a_wrong_address_is_refused_at_the_start(url):
    with pytest.raises(ImproperlyConfigured):
        parse_email_url(url)


def test_a_password_is_never_shown():
    assert "secret" not in repr(parse_email_url("smtp://me:secret@mail.example"))
