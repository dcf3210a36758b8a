"""What a person does to mail holds only while its state allows, and says who did it."""

import pytest

from crm.base.context import NETWORK_ID, institute_context
from crm.base.errors import Conflict, NotFound
from crm.base.ids import new_id
from crm.mail import actions
from crm.mail.models import Message, Occurrence
from crm.mail.states import State
from crm.outbox.models import Entry
from tests.factories.mail import make_reminder

# (action, states it may start from, state it ends in)
CASES = [
    (actions.hold_mail, {State.PLANNED}, State.PLANNED),
    (actions.hurry_mail, {State.PLANNED}, State.PLANNED),
    (actions.repeat_mail, {State.UNKNOWN, State.FAILED}, State.PLANNED),
    (actions.confirm_mail, {State.UNKNOWN}, State.SENT),
    (actions.dismiss_mail, {State.UNKNOWN, State.FAILED, State.MISSED}, None),
]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(("act", "sources", "target"), CASES)
def test_an_action_works_from_its_states_and_changes_nothing_from_others(inside, act, sources, target, state):
    occurrence = make_reminder(inside, state=state)
    before = Occurrence.objects.filter(pk=occurrence.pk).values().get()
    if state in sources:
        act(occurrence_id=occurrence.pk, by=inside)
        assert Occurrence.objects.get().state == (target or state)
        assert Entry.objects.get(subject_type="mail.occurrence").actor_id == inside.id
    else:
        with pytest.raises(Conflict):
            act(occurrence_id=occurrence.pk, by=inside)
        assert Occurrence.objects.filter(pk=occurrence.pk).values().get() == before
        assert not Entry.objects.filter(subject_type="mail.occurrence").exists()


def test_holding_says_by_whom_and_releasing_forgets_it(inside):
    occurrence = make_reminder(inside)
    actions.hold_mail(occurrence_id=occurrence.pk, by=inside)
    assert Occurrence.objects.get().held_by == inside
    with pytest.raises(Conflict):
        actions.hold_mail(occurrence_id=occurrence.pk, by=inside)
    actions.release_mail(occurrence_id=occurrence.pk, by=inside)
    assert not Occurrence.objects.get().is_held
    with pytest.raises(Conflict):
        actions.release_mail(occurrence_id=occurrence.pk, by=inside)


def test_sending_again_keeps_the_message_id_and_starts_a_new_series_of_tries(inside):
    occurrence = make_reminder(inside, state=State.UNKNOWN, message_id="<a@b>", tries=9, attempt=9, owner="gone")
    actions.repeat_mail(occurrence_id=occurrence.pk, by=inside)
    again = Occurrence.objects.get()
    assert (again.message_id, again.tries, again.attempt, again.owner) == ("<a@b>", 0, 9, "")


def test_a_code_is_never_sent_again(inside):
    occurrence = make_reminder(inside, state=State.FAILED)
    Message.objects.create(occurrence=occurrence, subject="Code", from_email="a@b.example", is_secret=True)
    with pytest.raises(Conflict, match="new one"):
        actions.repeat_mail(occurrence_id=occurrence.pk, by=inside)
    assert Occurrence.objects.get().state == State.FAILED


@pytest.mark.parametrize("act", [case[0] for case in CASES] + [actions.release_mail])
def test_mail_of_another_institute_and_no_mail_at_all_are_the_same(inside, liot, act):
    foreign = make_reminder(inside)
    for institute, occurrence_id in ((liot.id, foreign.pk), (NETWORK_ID, foreign.pk), (liot.id, new_id())):
        with institute_context(institute), pytest.raises(NotFound):
            act(occurrence_id=occurrence_id, by=inside)
    assert Occurrence.objects.get().state == State.PLANNED
