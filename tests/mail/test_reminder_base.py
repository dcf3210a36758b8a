import datetime as dt

from django.db.models import Value

from crm.identity.models import User
from crm.mail.reminders import COLUMNS, Reminder, days_after
from crm.mail.states import FINAL, MOVES, OPEN, State, sources_of
from tests.factories.identity import make_user


class _Anniversary(Reminder):
    def candidates(self, as_of, until):
        return self.rows(
            User.objects.all(),
            recipient_email="email",
            recipient_name="name",
            recipient_type="identity.user",
            recipient_id="pk",
            due_on=days_after("created_at", 1),
            occurrence_key=Value("first"),
        )


def test_candidates_come_in_the_order_the_engine_reads(db):
    user = make_user("Ada Field")
    rows = list(_Anniversary().candidates(dt.date.today(), dt.date.today()).filter(pk=user.pk))
    named = dict(zip(COLUMNS, rows[0], strict=True))
    assert named["subject_id"] == named["recipient_id"] == user.pk
    assert named["recipient_email"] == user.email
    assert named["due_on"] == user.created_at.date() + dt.timedelta(days=1)
    assert named["occurrence_key"] == "first"


def test_every_state_is_open_or_final_and_has_its_moves():
    assert set(MOVES) == set(State)
    assert set(OPEN) | set(FINAL) == set(State)


def test_what_was_sent_never_moves_again():
    assert MOVES[State.SENT] == frozenset()
    assert State.SENT not in sources_of(State.PLANNED)
