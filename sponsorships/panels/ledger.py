"""My day of who accounts for money: whether the ledger adds up, and what moved lately."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import AgreementsProof, LedgerProof
from sponsorships.reads.journal import last_movements

SHOWN = 5
SHOWN_MOVEMENTS = 8


class _ProofFailed:
    """What the last proof found wrong: said on top of My day until it is mended."""

    slot = "home"
    proofs: type[Model]
    headline: str

    def rows(self, request: HttpRequest, subject: None) -> dict[str, QuerySet]:
        return {"last": self.proofs.objects.all()[:1]}

    def context(self, request: HttpRequest, subject: None, last: list[Any]) -> dict[str, Any] | None:
        """None while the last proof found nothing."""
        if not last or not last[0].faults:
            return None
        return {"proof": last[0], "faults": last[0].faults[:SHOWN], "headline": self.headline}


@panels.register
class LedgerWrong(_ProofFailed):
    """Somebody changed money behind the application's back, or there is a fault in it."""

    order = 1
    permission = Permission.SEE_FUNDS
    template = "sponsorships/panels/ledger_wrong.html"
    proofs, headline = LedgerProof, "The ledger does not add up"


@panels.register
class AgreementsOutOfStep(_ProofFailed):
    """An agreement and the shares of its parties differ."""

    order = 2
    permission = Permission.SEE_SPONSORSHIPS
    template = "sponsorships/panels/agreements_out_of_step.html"
    proofs, headline = AgreementsProof, "An agreement and its shares differ"


@panels.register
class LedgerProven:
    """When the ledger was last proven. That nobody has looked is said too."""

    slot, order = "home_side", 10
    permission = Permission.SEE_FUNDS
    template = "sponsorships/panels/ledger_proven.html"

    def rows(self, request: HttpRequest, subject: None) -> dict[str, QuerySet]:
        return {"last": LedgerProof.objects.all()[:1]}

    def context(self, request: HttpRequest, subject: None, last: list[LedgerProof]) -> dict[str, Any]:
        """Always something: silence would look like a proof."""
        return {"proof": last[0] if last else None}


@panels.register
class MoneyMoved:
    """For who audits: the last movements of money, each with its way to the journal and to who wrote it."""

    slot, order = "home", 60
    permission = Permission.SEE_AUDIT
    template = "sponsorships/panels/money_moved.html"

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        """None for who may not see funds, and before money has moved."""
        if not request.may(Permission.SEE_FUNDS):
            return None
        movements = last_movements(request.user, limit=SHOWN_MOVEMENTS)
        return {"movements": movements} if movements else None
