"""No learner group under the threshold is ever shown, and none can be worked out from what is."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from sponsorships.reads.disclosure import Group, publishable, publishable_in_order, shown_count

LEARNERS = [uuid.UUID(int=n) for n in range(60)]
groups = st.lists(
    st.builds(
        Group,
        label=st.text(alphabet="abcdef", min_size=1, max_size=3),
        pence=st.integers(1, 10**8),
        learners=st.frozensets(st.sampled_from(LEARNERS), min_size=1, max_size=30),
    ),
    max_size=8,
    unique_by=lambda group: group.label,
)


@given(groups)
def test_no_group_shown_has_fewer_than_ten_learners(some):
    for shown in (publishable(some, merged_label="Other"), publishable_in_order(some)):
        assert all(len(group.learners) >= 10 for group in shown)


@given(groups)
def test_a_breakdown_is_whole_or_absent_so_that_nothing_is_left_to_subtract(some):
    total = sum(group.pence for group in some)
    for shown in (publishable(some, merged_label="Other"), publishable_in_order(some)):
        assert sum(group.pence for group in shown) == (total if shown else 0)


def test_small_purposes_are_put_together():
    many = frozenset(LEARNERS[:20])
    some = [
        Group("Travel", 900, many),
        Group("Books", 30, frozenset(LEARNERS[20:26])),
        Group("Childcare", 70, frozenset(LEARNERS[26:31])),
    ]
    shown = publishable(some, merged_label="Other purposes")
    assert [(group.label, group.pence) for group in shown] == [("Travel", 900), ("Other purposes", 100)]


def test_one_small_purpose_takes_a_larger_one_with_it():
    some = [
        Group("Travel", 900, frozenset(LEARNERS[:20])),
        Group("Fees", 400, frozenset(LEARNERS[:12])),
        Group("Books", 30, frozenset(LEARNERS[40:41])),
    ]
    shown = publishable(some, merged_label="Other purposes")
    assert [(group.label, group.pence) for group in shown] == [("Travel", 900), ("Other purposes", 430)]


def test_a_term_with_few_learners_is_joined_to_its_neighbour():
    some = [
        Group("Aut 24", 50, frozenset(LEARNERS[:3])),
        Group("Spr 25", 60, frozenset(LEARNERS[3:14])),
        Group("Sum 25", 70, frozenset(LEARNERS[20:22])),
    ]
    assert [group.label for group in publishable_in_order(some)] == ["Aut 24 – Sum 25"]


def test_counts_are_rounded_to_five_and_hidden_under_ten():
    assert [shown_count(n) for n in (0, 9, 10, 12, 13, 148)] == [None, None, 10, 10, 15, 150]
