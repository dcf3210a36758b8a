"""Every kind of line has a look, and what belongs together on one day is one line."""

import dataclasses
import datetime as dt
import types
import typing
import uuid

import pytest
from django.apps import apps
from django.template.loader import get_template
from heroicons.templatetags.heroicons import heroicon_outline

from crm.outbox.domain_events import event_types
from crm.web.timeline import LOOKS, Line, folded
from employers.models import Engagement

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
SAMPLES = {
    uuid.UUID: uuid.UUID(int=7),
    str: "travel",
    int: 100,
    bool: True,
    dt.date: NOON.date(),
    dt.datetime: NOON,
}

WORDS = {"kind": "received", "state": "open"}  # where any text will not do


def sample_of(kind):
    """Some value of an annotated type."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return sample_of(typing.get_args(kind)[0])
    if typing.get_origin(kind) in (list, tuple):
        return [sample_of(typing.get_args(kind)[0])]
    return {} if typing.get_origin(kind) is dict or kind is dict else SAMPLES[kind]


def product_events():
    ours = {config.name.split(".")[0] for config in apps.get_app_configs()}
    found = {name: cls for name, cls in event_types().items() if cls.__module__.split(".")[0] in ours}
    return {name: cls for name, cls in found.items() if not cls.__name__.startswith("_")}


@pytest.mark.parametrize("name", sorted(product_events()))
def test_every_line_a_fact_writes_has_a_look(name):
    cls = product_events()[name]
    hints = typing.get_type_hints(cls)
    values = {field.name: sample_of(hints[field.name]) for field in dataclasses.fields(cls)}
    event = cls(**values | {name: value for name, value in WORDS.items() if name in values})
    assert {line.kind for line in event.timeline()} <= LOOKS.keys()


def test_every_kind_of_conversation_has_a_look_and_every_look_an_icon():
    assert set(Engagement.Kind.values) <= LOOKS.keys()
    for look in LOOKS.values():
        heroicon_outline(look.icon)  # raises for an icon that does not exist


def money(text, at=NOON, who="Fiona Clarke"):
    return Line("money", text, who, at)


def test_a_receipt_over_three_funds_is_one_line_that_opens():
    [line] = folded([money("£3"), money("£2"), money("£1")])
    assert (line.text, [other.text for other in line.more]) == ("£3", ["£2", "£1"])
    shown = get_template("components/timeline.html").render({"lines": [line]})
    assert "And 2 more that day" in shown and "<details" in shown and "£1" in shown


def test_amounts_of_one_sort_are_told_as_their_sum_and_of_two_sorts_apart():
    def amount(pence, sums_as="{} received from Quickline"):
        return Line("money", "£1", "Fiona Clarke", NOON, pence=pence, sums_as=sums_as)

    [line, other] = folded([amount(100_00), amount(250_50), amount(9_00, "{} sent back")])
    assert (line.text, len(line.more), other.text) == ("£350.50 received from Quickline", 2, "£1")
    shown = get_template("components/timeline.html").render({"lines": [line]})
    assert "In 2 amounts" in shown


@pytest.mark.parametrize(
    "other",
    [
        money("£1", who="Somebody else"),
        money("£1", at=NOON - dt.timedelta(days=1)),
        money("£1", at=NOON + dt.timedelta(hours=12)),  # already the next day
        Line("gift", "Bench", "Fiona Clarke", NOON),
    ],
)
def test_lines_of_others_and_of_other_days_and_kinds_stay_apart(other):
    assert len(folded([money("£3"), other])) == 2


def test_conversations_are_never_folded():
    assert len(folded([Line("call", text, "Priya Nair", NOON) for text in ("one", "two")])) == 2


def test_a_day_is_a_day_in_london():
    before_midnight = dt.datetime(2026, 6, 1, 22, 30, tzinfo=dt.UTC)  # 23:30 in London, in summer time
    assert len(folded([money("£2", at=before_midnight), money("£1", at=before_midnight + dt.timedelta(hours=1))])) == 2


def test_an_automatic_mail_says_why_it_was_sent():
    line = Line("mail", "Instalment due, to Jo", "Automatic", NOON, why="because you pay the instalments")
    shown = get_template("components/timeline.html").render({"lines": [line], "labelled": True})
    assert "Sent automatically: “because you pay the instalments”" in shown
    assert "E-mail" in shown
