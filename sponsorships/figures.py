"""What an institute publishes to its network about money and gifts in kind: sums alone, in pence."""

from crm.base.clock import academic_year, academic_year_starts, today
from crm.core.figures import Figure, Group, Unit
from crm.core.registry import network_figures
from sponsorships.reads.contributions import counted_in_kind
from sponsorships.reads.funds import Flows, flows


class _Flow(Figure):
    """One sum of the journal: `flow` names it."""

    unit = Unit.PENCE
    flow: str

    def value(self) -> int:
        return getattr(self.flows(), self.flow)

    def flows(self) -> Flows:
        return flows()


class _ThisYear(_Flow):
    group = Group.MONEY

    def flows(self) -> Flows:
        return flows(academic_year=academic_year(today()))


class _InAll(_Flow):
    group = Group.MONEY_IN_ALL


@network_figures.register
class PromisedThisYear(_ThisYear):
    name = "promised-this-year"
    label = "Promised this year"
    order = 20
    definition = "The institute's part of agreements signed or increased in this academic year."
    flow = "promised_pence"


@network_figures.register
class PromisedInAll(_InAll):
    name = "promised-in-all"
    label = "Promised in all"
    order = 21
    definition = "The institute's part of all signed agreements and increases, written-off promises included."
    on_my_day = True
    flow = "promised_pence"


@network_figures.register
class ReceivedThisYear(_ThisYear):
    name = "received-this-year"
    label = "Received this year"
    order = 22
    definition = "Receipts matched to promises and gifts without one, banked in this academic year."
    on_my_day = True
    flow = "received_pence"


@network_figures.register
class ReceivedInAll(_InAll):
    name = "received-in-all"
    label = "Received in all"
    order = 23
    definition = "Receipts matched to promises and gifts without one, of all years."
    flow = "received_pence"


@network_figures.register
class PaidThisYear(_ThisYear):
    name = "paid-this-year"
    label = "Paid this year"
    order = 24
    definition = "Bursaries paid in this academic year, less payments that failed. What was recovered is not taken off."
    flow = "paid_pence"


@network_figures.register
class PaidInAll(_InAll):
    name = "paid-in-all"
    label = "Paid in all"
    order = 25
    definition = "Bursaries paid in all years, less payments that failed. What was recovered is not taken off."
    flow = "paid_pence"


@network_figures.register
class InKindThisYear(Figure):
    group, unit = Group.MONEY, Unit.PENCE
    name = "in-kind-this-year"
    label = "In kind this year"
    order = 26
    definition = "Approved value of accepted contributions delivered in this academic year."
    on_my_day = True

    def value(self) -> int:
        return counted_in_kind(since=academic_year_starts(today()))
