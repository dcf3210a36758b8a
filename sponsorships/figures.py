"""What an institute publishes to its network about money and gifts in kind: sums alone, in pence."""

from crm.base.clock import academic_year, academic_year_starts, today
from crm.core.figures import Figure, Group, Unit
from crm.core.registry import network_figures
from sponsorships.reads.contributions import counted_in_kind
from sponsorships.reads.funds import Flows, flows


class _Money(Figure):
    group, unit = Group.MONEY, Unit.PENCE

    def this_year(self) -> Flows:
        return flows(academic_year=academic_year(today()))


@network_figures.register
class PromisedThisYear(_Money):
    name = "promised-this-year"
    label = "Promised this year"
    order = 20
    definition = "The institute's part of agreements signed or increased in this academic year."

    def value(self) -> int:
        return self.this_year().promised_pence


@network_figures.register
class PromisedInAll(_Money):
    group = Group.MONEY_IN_ALL
    name = "promised-in-all"
    label = "Promised in all"
    order = 21
    definition = "The institute's part of all signed agreements and increases, written-off promises included."
    on_my_day = True

    def value(self) -> int:
        return flows().promised_pence


@network_figures.register
class ReceivedThisYear(_Money):
    name = "received-this-year"
    label = "Received this year"
    order = 22
    definition = "Receipts matched to promises and gifts without one, banked in this academic year."
    on_my_day = True

    def value(self) -> int:
        return self.this_year().received_pence


@network_figures.register
class ReceivedInAll(_Money):
    group = Group.MONEY_IN_ALL
    name = "received-in-all"
    label = "Received in all"
    order = 23
    definition = "Receipts matched to promises and gifts without one, of all years."

    def value(self) -> int:
        return flows().received_pence


@network_figures.register
class PaidThisYear(_Money):
    name = "paid-this-year"
    label = "Paid this year"
    order = 24
    definition = "Bursaries paid in this academic year, less payments that failed. What was recovered is not taken off."

    def value(self) -> int:
        return self.this_year().paid_pence


@network_figures.register
class PaidInAll(_Money):
    group = Group.MONEY_IN_ALL
    name = "paid-in-all"
    label = "Paid in all"
    order = 25
    definition = "Bursaries paid in all years, less payments that failed. What was recovered is not taken off."

    def value(self) -> int:
        return flows().paid_pence


@network_figures.register
class InKindThisYear(_Money):
    name = "in-kind-this-year"
    label = "In kind this year"
    order = 26
    definition = "Approved value of accepted contributions delivered in this academic year."
    on_my_day = True

    def value(self) -> int:
        return counted_in_kind(since=academic_year_starts(today()))
