"""Moving a fund's money by hand. Each answers with the entry it made; a sum beyond what is left is refused, saying how
much that is."""

from collections.abc import Callable
from typing import Any

from crm.core.api.fields import Ref
from crm.core.api.operations import acts
from crm.identity.roles import Permission
from sponsorships.actions.fund_money import (
    accept_gift,
    recall_money,
    refund_money,
    settle_shortfall,
    transfer_between_funds,
    write_off_promise,
)
from sponsorships.api.journal import JournalEntryAnswer
from sponsorships.api.parts import MoneyBody, once
from sponsorships.models import Fund, JournalEntry


class TransferBody(MoneyBody):
    """To a fund of the same kind: money keeps its purpose."""

    destination = Ref(lambda: Fund.objects.all())


def _moves(path: str, body: type[MoneyBody] = MoneyBody) -> Callable[..., Any]:
    return acts(path, permission=Permission.MOVE_MONEY, body=body, answer=JournalEntryAnswer, status=201)


class MovesMoney:
    """What is moved into, out of and between funds by hand, below /funds/{id}/."""

    user: Any

    @_moves("gift")
    def gift(self, fund: Fund, facts: dict[str, Any]) -> JournalEntry:
        """Accept money that nobody had promised into a fund."""
        return accept_gift(fund=fund, key=once("gift"), by=self.user, **facts)

    @_moves("refund")
    def refund(self, fund: Fund, facts: dict[str, Any]) -> JournalEntry:
        """Give available money of a fund back."""
        return refund_money(fund=fund, key=once("refund"), by=self.user, **facts)

    @_moves("recall")
    def recall(self, fund: Fund, facts: dict[str, Any]) -> JournalEntry:
        """Note that a sponsor takes money back.

        What is available leaves at once. The rest becomes a shortfall, which blocks awards until it is settled.
        """
        return recall_money(fund=fund, key=once("recall"), by=self.user, **facts)

    @_moves("settle")
    def settle(self, fund: Fund, facts: dict[str, Any]) -> JournalEntry:
        """Pay back recalled money out of what is available now."""
        return settle_shortfall(fund=fund, key=once("settle"), by=self.user, **facts)

    @_moves("write-off")
    def write_off(self, fund: Fund, facts: dict[str, Any]) -> JournalEntry:
        """Write off promised money that will not come."""
        return write_off_promise(fund=fund, key=once("write-off"), by=self.user, **facts)

    @_moves("transfer", TransferBody)
    def transfer(self, fund: Fund, facts: dict[str, Any]) -> JournalEntry:
        """Move available money to another fund."""
        return transfer_between_funds(origin=fund, key=once("transfer"), by=self.user, **facts)
