from collections.abc import Iterator

import pytest

from crm.core.registry import reminders
from crm.mail.reminders import Reminder


class PlainReminder(Reminder):
    """Always wanted, finds nothing by itself, says little. `unwanted` may be set to a reason."""

    name = "tests.plain"
    label = "Plain"
    audience = "Whoever the test says"
    why = "because this is a test"
    template = "mail/email/base"
    subject_type = "tests.subject"
    unwanted: str | None = None

    def still_wanted(self, occurrence):
        return self.unwanted

    def context(self, occurrence):
        return {}


@pytest.fixture
def plain_reminder(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[PlainReminder]]:
    """Registers tests.plain for this test."""

    class OfThisTest(PlainReminder):
        pass

    monkeypatch.setitem(reminders._classes, PlainReminder.name, OfThisTest)
    monkeypatch.setattr("crm.mail.render._plain", lambda template, facts: f"{template} for {facts['occurrence'].id}\n")
    yield OfThisTest
