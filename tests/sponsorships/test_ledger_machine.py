"""Any order of any movements keeps every rule of the ledger. Hypothesis looks for one that does not."""

import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crm.base.errors import DomainError
from crm.base.ids import new_id
from sponsorships.actions import fund_money
from sponsorships.actions.awards import withdraw_award
from sponsorships.actions.journal import post_entry, reverse_entry
from sponsorships.actions.payments import fail_payment, pay_instalment, recover_payment
from sponsorships.models import Award, AwardInstalment, Bucket, EntryKind, JournalEntry, shift
from sponsorships.reads.funds import fund_usage
from sponsorships.reads.ledger_proof import ledger_faults
from sponsorships.rollups import fold_fund_usage, usage_differences
from tests.factories.funds import make_award, make_fund

PENCE = st.integers(min_value=-1, max_value=400)
WHICH = st.integers(min_value=0, max_value=1)
B, K = Bucket, EntryKind
_keys = itertools.count()


class Ledger(RuleBasedStateMachine):
    """Two bursary funds, worked on by a bursary administrator and a finance officer."""

    administrator, finance = None, None

    @initialize()
    def open_funds(self):
        self.funds = [make_fund(), make_fund()]
        self.by = self.finance

    def attempt(self, function, **kwargs):
        """A refusal is an answer; what it leaves behind is checked by the invariants."""
        before = JournalEntry.objects.count()
        try:
            function(**kwargs)
        except DomainError:
            assert JournalEntry.objects.count() == before

    def post(self, kind, fund, origin, destination, pence):
        self.attempt(
            post_entry,
            kind=kind,
            moves=shift(fund, origin, destination, pence),
            occurred_on=dt.date(2026, 9, 1),
            memo="By the machine",
            source=("tests.machine", new_id()),
            key=f"machine-{next(_keys)}",
            by=self.by,
        )

    @rule(which=WHICH, pence=PENCE)
    def promise(self, which, pence):
        self.post(K.PROMISED, self.funds[which], B.EXTERNAL, B.PROMISED, pence)

    @rule(which=WHICH, pence=PENCE)
    def receive(self, which, pence):
        self.post(K.RECEIVED, self.funds[which], B.PROMISED, B.AVAILABLE, pence)

    @rule(
        which=WHICH,
        pence=PENCE,
        what=st.sampled_from(["accept_gift", "refund_money", "recall_money", "settle_shortfall", "write_off_promise"]),
    )
    def move(self, which, pence, what):
        key = f"machine-{next(_keys)}"
        self.attempt(getattr(fund_money, what), fund=self.funds[which], pence=pence, memo="m", key=key, by=self.by)

    @rule(which=WHICH, pence=PENCE)
    def transfer(self, which, pence):
        self.attempt(
            fund_money.transfer_between_funds,
            origin=self.funds[which],
            destination=self.funds[1 - which],
            pence=pence,
            memo="m",
            key=f"machine-{next(_keys)}",
            by=self.by,
        )

    @rule(which=WHICH, pence=PENCE, parts=st.integers(1, 3))
    def award(self, which, pence, parts):
        self.attempt(lambda: make_award(self.funds[which], pence, by=self.administrator, parts=parts))

    @rule(pick=st.integers(0, 50), what=st.sampled_from([pay_instalment, pay_instalment, fail_payment]))
    def pay_or_fail(self, pick, what):
        instalments = list(AwardInstalment.objects.all())
        if instalments:
            self.attempt(what, instalment=instalments[pick % len(instalments)], by=self.by)

    @rule(pick=st.integers(0, 50), pence=PENCE)
    def withdraw_or_recover(self, pick, pence):
        awards = list(Award.objects.all())
        if awards and pence % 2:
            key = f"machine-{next(_keys)}"
            award = awards[pick % len(awards)]
            self.attempt(recover_payment, award=award, pence=pence, memo="m", key=key, by=self.by)
        elif awards:
            self.attempt(withdraw_award, award=awards[pick % len(awards)], reason="Left", by=self.by)

    @rule(pick=st.integers(0, 50))
    def reverse(self, pick):
        entries = list(JournalEntry.objects.all())
        if entries:
            day = dt.date(2027, 1, 1)
            self.attempt(reverse_entry, entry=entries[pick % len(entries)], memo="m", by=self.by, occurred_on=day)

    def prove(self):
        fold_fund_usage()
        assert usage_differences() == []
        assert {name: rows for name, rows in ledger_faults().items() if rows} == {}

    def teardown(self):
        self.prove()

    @invariant()
    def balances_stand(self):
        """Over all funds they sum to zero: a transfer takes from one and gives to another."""
        every = [fund.held() for fund in getattr(self, "funds", [])]
        assert sum(sum(held.values()) for held in every) == 0
        assert all(pence >= 0 for held in every for bucket, pence in held.items() if bucket != B.EXTERNAL)

    @invariant()
    def available_is_explained_by_the_gross_figures(self):
        """The sum of docs/ledger.md."""
        fold_fund_usage()
        for fund in getattr(self, "funds", []):
            usage = fund_usage(fund)
            came = usage.received_pence + usage.transferred_pence + usage.recovered_pence
            went = usage.refunded_pence + usage.recalled_pence - usage.shortfall_pence
            used = usage.committed_pence + usage.paid_pence + usage.spent_pence
            assert usage.available_pence == came - used - went


@pytest.mark.filterwarnings("ignore")
def test_no_order_of_movements_breaks_the_ledger(inside, people):
    Ledger.administrator, Ledger.finance = people.bursary_administrator, people.finance_officer
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
