"""Figures: counted inside an institute, written into the Network, by definition version and without few learners."""

import datetime as dt
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.base.clock import now, replayed_at
from crm.base.context import NETWORK_ID, institute_context
from crm.core.registry import network_figures
from crm.network.models import NetworkFigure
from crm.network.publishing import publish
from employers.actions.engagements import log_engagement
from events.models import GroupBooking
from sponsorships.rollups import fold_fund_usage
from tests.factories.contributions import make_counted
from tests.factories.employers import make_contact, make_employer, make_tier
from tests.factories.events import make_challenge, make_school
from tests.factories.funds import make_award, make_fund
from tests.queries import own_queries
from workers import tasks

QUERIES = 15  # lock; three of employers, six sums of money and one in kind, three of challenges; what is known


def published(institute) -> dict[str, int]:
    with institute_context(NETWORK_ID):
        rows = NetworkFigure.objects.filter(about_institute=institute)
        return {row.name: row.value for row in rows}


def came(by, pupils: int) -> GroupBooking:
    """A school group that came to a challenge of today."""
    challenge = make_challenge(by, days_ahead=-1)
    school = make_school()
    return GroupBooking.objects.create(
        challenge=challenge,
        school=school,
        contact=make_contact(provider=school),
        pupils=pupils,
        adults=2,
        attended_pupils=pupils,
        state=GroupBooking.State.ATTENDED,
        booked_by=by,
    )


@pytest.fixture(autouse=True)
def in_november():
    """The factories' money is of September 2026: the year must not turn under the tests."""
    with replayed_at(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def busy(inside, people):
    """An institute with something to count in every figure."""
    make_employer(stage="active", tier=make_tier())
    employer = make_employer(stage="prospect")
    make_employer(stage="ended", tier=make_tier())
    for kind, days_ago in (("call", 0), ("note", 0), ("meeting", 0), ("visit", 800)):
        log_engagement(
            employer=employer,
            kind=kind,
            happened_at=now() - dt.timedelta(days=days_ago),
            summary="Spoke",
            by=inside,
        )
    make_award(make_fund(100_000_00), 1_000_00, by=people.bursary_administrator)
    make_counted(inside, people.director, 18_500_00)
    came(inside, 30)
    came(inside, 25)
    fold_fund_usage()
    return inside


def test_every_figure_is_published_as_counted(busy, yhiot):
    publish(yhiot.id)
    assert published(yhiot) == {
        "employers-in-play": 3,  # the two and the giver of the robot
        "anchor-partners": 1,
        "conversations-this-year": 2,
        "promised-this-year": 0,
        "promised-in-all": 0,
        "received-this-year": 100_000_00,
        "received-in-all": 100_000_00,
        "paid-this-year": 0,
        "paid-in-all": 0,
        "in-kind-this-year": 18_500_00,
        "challenges-held-this-year": 2,
        "schools-reached-this-year": 2,
        "pupils-reached-this-year": 55,
    }


def test_publishing_the_same_again_writes_nothing_and_a_change_writes_one_row(busy, yhiot):
    assert publish(yhiot.id) == len(list(network_figures))
    with institute_context(NETWORK_ID):
        before = list(NetworkFigure.objects.order_by("name").values())
    assert publish(yhiot.id) == 0
    with institute_context(NETWORK_ID):
        assert list(NetworkFigure.objects.order_by("name").values()) == before
    make_employer(stage="active")
    assert publish(yhiot.id) == 1
    with institute_context(NETWORK_ID):
        changed = [row for row in NetworkFigure.objects.order_by("name").values() if row not in before]
    assert [(row["name"], row["value"]) for row in changed] == [("employers-in-play", 4)]


def test_a_new_definition_replaces_the_old_number_though_it_is_equal(inside, yhiot, monkeypatch):
    publish(yhiot.id)
    monkeypatch.setattr(network_figures["anchor-partners"], "version", 2)
    assert publish(yhiot.id) == 1
    with institute_context(NETWORK_ID):
        assert NetworkFigure.objects.get(about_institute=yhiot, name="anchor-partners").version == 2


@pytest.mark.parametrize(("pupils", "shown"), [(1, None), (9, None), (10, 10)])
def test_few_learners_are_not_published(inside, yhiot, pupils, shown):
    came(inside, pupils)
    publish(yhiot.id)
    assert published(yhiot).get("pupils-reached-this-year") == shown


def test_a_number_of_learners_that_falls_below_the_threshold_is_taken_back(inside, yhiot):
    booking = came(inside, 30)
    publish(yhiot.id)
    booking.attended_pupils = 4
    booking.save()
    assert publish(yhiot.id) == 1
    assert "pupils-reached-this-year" not in published(yhiot)


def test_an_institute_publishes_its_own_numbers_only(busy, yhiot, liot):
    publish(liot.id)
    assert published(yhiot) == {}
    assert published(liot)["employers-in-play"] == 0


def test_an_institute_sees_no_figure_of_the_network(busy, yhiot, liot):
    publish(yhiot.id)
    for institute in (yhiot, liot):
        with institute_context(institute.id):
            assert not NetworkFigure.objects.exists()


def test_the_network_publishes_nothing_about_itself(db):
    assert publish(NETWORK_ID) == 0


@pytest.mark.parametrize("rows", [1, 6])
def test_publishing_asks_the_same_number_of_queries_however_much_there_is(busy, yhiot, rows):
    publish(yhiot.id)
    for _ in range(rows):
        make_employer(stage="dormant")
        make_fund(0)
    with own_queries() as asked:
        publish(yhiot.id)
    assert len(asked) == QUERIES, "\n".join(asked)


def test_the_task_publishes_for_the_institute_it_is_given(inside, yhiot):
    tasks.publish_network_figures(str(yhiot.id))
    assert published(yhiot)["employers-in-play"] == 0
    tasks.publish_network_figures(str(uuid.uuid4()))


def test_the_command_publishes_one_institute_or_all(inside, yhiot, liot):
    out = StringIO()
    call_command("network", "publish", institute="liot", stdout=out)
    assert out.getvalue() == "liot: 12 figures changed\n"  # no pupils
    call_command("network", "publish", stdout=(again := StringIO()))
    assert again.getvalue() == "liot: 0 figures changed\nyhiot: 12 figures changed\n"
    with pytest.raises(CommandError, match="no live institute"):
        call_command("network", "publish", institute="nowhere")
