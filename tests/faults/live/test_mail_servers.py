"""Mail servers that stall, refuse, or take a message and say nothing. Sent means sent, and doubt is said."""

import pytest

from crm.mail.states import State
from tests.faults.invariants import assert_invariants
from tests.faults.load import Administrator, Load
from tests.faults.site import Site
from tests.workers.processes import eventually

pytestmark = pytest.mark.workers

SLOT_SECONDS = 30  # so long a silent mail server may hold up other work at most


def remind(site: Site, title: str, owner=None) -> None:
    """A reminder that is due now, and a mailer that is awake."""
    site.cast.promise_calls(site.cast.yhiot, [title], owner)
    site.wake_planner()
    eventually(lambda: row(site, title), message=f"not planned: {title}")
    site.wake_mailer()


def row(site: Site, title: str) -> tuple | None:
    """Id, state, phase of the newest try and message id."""
    found = site.ask(
        """SELECT o.id, o.state, coalesce((SELECT phase FROM mail_deliveryattempt a WHERE a.occurrence_id = o.id
             ORDER BY number DESC, at DESC LIMIT 1), ''), o.message_id FROM mail_occurrence o WHERE o.about = %s""",
        title,
    )
    return found[0] if found else None


def wait_for(site: Site, title: str, state: State, phase: str) -> None:
    eventually(lambda: row(site, title)[1:3] == (state, phase), seconds=40, message=f"{title}: {row(site, title)}")


def arrivals(site: Site, title: str) -> int:
    with site.mail.kept.lock:
        return site.mail.kept.ids.count(row(site, title)[3])


RETRIED = {
    "banner_tarpit": "greeting",
    "banner_421": "greeting",
    "rcpt_450": "recipient",
    "data_451": "data",
    "dot_451": "body",
}


def test_a_server_that_stalls_or_puts_off_is_tried_again_and_each_message_arrives_once(site):
    """34, 35: silent at the banner, 4xx at each phase. Nothing arrives until it is mended, and then once."""
    for fault, phase in RETRIED.items():
        site.mail.fault = fault
        site.let_time_pass()
        remind(site, f"Call about {fault}")
        wait_for(site, f"Call about {fault}", State.PLANNED, phase)
        assert arrivals(site, f"Call about {fault}") == 0
    site.mail.fault = ""

    def all_are_sent() -> bool:
        site.let_time_pass()  # each time: a try that began before the repair puts itself off only now
        site.wake_mailer()
        return all(row(site, f"Call about {fault}")[1] == State.SENT for fault in RETRIED)

    eventually(all_are_sent, seconds=60, every=0.5, message="not all were sent after the repair")
    assert_invariants(site)


@pytest.mark.soak
def test_a_silent_server_is_left_alone_after_five_failures_and_holds_up_no_other_work(site, seed):
    """34: the circuit opens; meanwhile an award is made and counted."""
    site.mail.fault = "banner_tarpit"
    site.cast.promise_calls(site.cast.yhiot, [f"Call into a tar pit {number}" for number in range(6)])
    site.wake_planner()
    desk = Load(site, seed).desk(Administrator)
    desk.work()
    counted = "SELECT count(*) FROM outbox_delivery WHERE state <> 'done'"
    eventually(
        lambda: site.ask(counted)[0][0] == 0, seconds=SLOT_SECONDS, message="the relay waits for the mail server"
    )
    resting = "SELECT count(*) FROM mail_mailserver WHERE failures >= 5 AND rest_until > now()"

    def is_left_alone() -> bool:
        site.wake_mailer()
        return site.ask(resting)[0][0] == 1

    eventually(is_left_alone, seconds=60, message="it is still tried")
    site.mail.fault = ""
    site.let_time_pass()
    site.wake_mailer()
    assert_invariants(site)


def test_an_address_that_does_not_exist_fails_once_and_is_written_to_no_more(site):
    """36: 550 at RCPT. The next reminder to the same person is skipped, with the reason."""
    owner = site.cast.somebody_new(site.cast.yhiot)
    site.mail.fault = "rcpt_550"
    remind(site, "Call nobody", owner)
    wait_for(site, "Call nobody", State.FAILED, "recipient")
    site.mail.fault = ""
    remind(site, "Call nobody again", owner)
    wait_for(site, "Call nobody again", State.SKIPPED, "")
    page = site.visitor("partnership_manager").get("/mail/?show=attention").words
    assert "Call nobody" in page
    assert_invariants(site)


@pytest.mark.parametrize("fault", ["dot_drop", pytest.param("dot_tarpit", marks=pytest.mark.soak)])
def test_a_message_taken_without_an_answer_may_have_arrived_and_a_person_decides(site, fault):
    """37, 38: dropped after the final dot, or answered too late. Not sent again until somebody says so."""
    title = f"Call after {fault}"
    site.mail.fault = fault
    remind(site, title)
    wait_for(site, title, State.UNKNOWN, "body")
    site.mail.fault = ""
    site.let_time_pass()
    site.wake_mailer()
    assert_invariants(site)
    assert arrivals(site, title) == 1
    manager = site.visitor("partnership_manager")
    path = f"/mail/{row(site, title)[0]}/"
    page = manager.get(path).words
    assert "It may have arrived" in page and "Send again" in page
    assert manager.press(f"{path}again/").status == 302
    wait_for(site, title, State.SENT, "accepted")
    assert arrivals(site, title) == 2, "under the same Message-ID, so that a receiver can drop it"
    assert_invariants(site)
