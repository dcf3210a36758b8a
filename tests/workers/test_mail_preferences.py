"""The mailer asks whether a person may be written to, just before a message goes."""

from crm.mail.states import State
from employers.reminders import FollowUpOverdue
from tests.factories.mail import make_reminder
from tests.workers.test_mailer import desk

__all__ = ["desk"]


def test_what_advertises_goes_to_nobody_who_has_not_said_yes(desk, monkeypatch):
    monkeypatch.setattr(FollowUpOverdue, "purpose", "marketing")
    with desk.inside():
        occurrence = make_reminder(desk.owner)
    desk.run()
    row = desk.row(occurrence)
    assert (row.state, row.reason) == (State.SKIPPED, "nobody has said that this may go to them")
    assert desk.kept.messages == []
