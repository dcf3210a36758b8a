"""The log leads from a line to its request, task, event and delivery, and names nobody."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection

from crm.base.context import institute_context
from crm.base.logs import FACTS, log_facts
from crm.mail.server import parse_email_url
from crm.outbox.models import Delivery, Entry
from crm.settings.logs import logging_settings
from employers.views import lists
from tests.factories.mail import make_reminders
from tests.workers import facts
from tests.workers.facts import happen
from workers import tasks
from workers.mailer import Mailer

NAME, ADDRESS, WORDS = "Zebedee Quillfeather", "zebedee@quillfeather.example", "owes us a lathe"
CANARIES = ("Zebedee", "Quillfeather", "quillfeather", "zebedee", "lathe")


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict]]]:
    """`log()`: the lines so far, as a server writes them."""
    stream = io.StringIO()
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(logging_settings("json", requests="INFO"))
    [handler] = logging.root.handlers
    handler.setStream(stream)
    logging.root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.config.dictConfig(logging_settings("plain"))
    logging.root.handlers[:], level = before
    logging.root.setLevel(level)


def assert_nobody_is_named(lines: list[dict]) -> None:
    text = json.dumps(lines, ensure_ascii=False)
    assert lines
    assert [canary for canary in CANARIES if canary in text] == []
    allowed = {"at", "level", "logger", "message", "error", *FACTS}
    assert {key for line in lines for key in line} <= allowed


@pytest.fixture
def person(people):
    """Somebody whose name and address must not be found."""
    user = people.partnership_manager
    user.name, user.email = NAME, ADDRESS
    user.save()
    return user


def test_request_is_logged_by_page_with_its_ids_and_without_what_was_typed(log, person, yhiot, client_for) -> None:
    client = client_for(person, yhiot)
    response = client.get("/employers/", {"q": NAME})
    client.post("/employers/add/", {"name": f"{NAME} Ltd", "website": ADDRESS, "contact_email": WORDS})
    client.get(f"/employers/{NAME}/")
    [line] = [line for line in log() if line["message"].startswith("GET employers:list 200 in ")]
    assert line["request_id"] == response["X-Request-ID"]
    assert_nobody_is_named(log())


def test_page_that_fails_is_logged_with_the_place_and_without_the_words(
    log, person, yhiot, client_for, monkeypatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [f"{NAME} {ADDRESS}"])

    monkeypatch.setattr(lists.EmployerList, "get_context", fail)
    client = client_for(person, yhiot)
    client.raise_request_exception = False
    response = client.get("/employers/", {"q": NAME})
    assert response.status_code == 500
    [line] = [line for line in log() if line["logger"] == "django.request"]
    assert line["level"] == "error"
    assert "test_logs.py" in line["error"] and "DataError" in line["error"]
    assert line["request_id"] == response["X-Request-ID"]
    assert_nobody_is_named(log())


def test_fact_whose_handler_fails_is_logged_with_event_and_delivery(log, committed, person, yhiot, monkeypatch) -> None:
    def quote_somebody(event: object) -> None:
        raise IntegrityError(f"Key (email)=({ADDRESS}) already exists, says {NAME}")

    monkeypatch.setattr(facts, "_misbehave", quote_somebody)
    happen(yhiot.id, "fine")
    tasks.drain_outbox(str(yhiot.id))
    with institute_context(yhiot.id):
        entry, delivery = Entry.objects.get(), Delivery.objects.get(handler="note_thing")
    [line] = [line for line in log() if "to be tried again" in line["message"]]
    assert (line["event_id"], line["delivery_id"]) == (str(entry.id), str(delivery.id))
    assert line["institute_id"] == str(yhiot.id)
    assert_nobody_is_named(log())


def test_mail_that_fails_is_logged_with_its_occurrence(
    log,
    committed,
    person,
    yhiot,
    scripted_server,
    settings,
    monkeypatch,
) -> None:
    def quote_somebody(*args: object) -> None:
        raise ValueError(f"{NAME} <{ADDRESS}> {WORDS}")

    server = scripted_server("rcpt_550")
    settings.EMAIL_URL, settings.MAIL_KEEPS_HOURS = server.url, False
    with institute_context(yhiot.id):
        refused, broken = make_reminders(person, [f"Call {NAME}", WORDS])
        type(refused).objects.update(not_before=refused.planned_at, expires_at="2099-01-01T00:00Z")
    mailer = Mailer(yhiot.id, server=parse_email_url(server.url, timeout=1))
    mailer.run()
    monkeypatch.setattr(Mailer, "_prepare", quote_somebody)
    with institute_context(yhiot.id):
        type(refused).objects.filter(pk=broken.pk).update(state="planned", settled_at=None)
    mailer.run()
    [line] = [line for line in log() if line["message"].startswith("could not prepare")]
    assert line["occurrence_id"] == str(broken.id)
    assert "ValueError" in line["error"]
    assert_nobody_is_named(log())


def test_ids_nest_and_end_with_their_block_and_no_other_fact_is_taken(log) -> None:
    logger = logging.getLogger("workers.tasks")
    with log_facts(task_id="1"):
        with log_facts(event_id="2"):
            logger.info("inner", extra={"person": NAME})
        logger.info("outer")
    logger.info("after")
    found = {line["message"]: line for line in log()}
    assert (found["inner"]["task_id"], found["inner"]["event_id"]) == ("1", "2")
    assert "event_id" not in found["outer"] and "task_id" not in found["after"]
    with pytest.raises(TypeError, match="not a fact of the log: name"), log_facts(name=NAME):
        pass
    assert_nobody_is_named(log())


def test_cause_of_an_error_is_told_without_its_words(log) -> None:
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise ValueError(ADDRESS) from error
    except ValueError:
        logging.getLogger("crm").exception("it went wrong")
    [line] = log()
    assert line["error"].index("ValueError") < line["error"].index("after builtins.KeyError")
    assert_nobody_is_named(log())
