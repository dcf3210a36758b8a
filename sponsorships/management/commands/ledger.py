"""`manage.py ledger verify` and `ledger prove`: the ledger from its postings, institute by institute."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.base.context import institute_context
from crm.identity.models import Institute
from sponsorships.actions.proofs import prove_ledger
from sponsorships.reads.agreements import out_of_step
from sponsorships.rollups import ledger_is_wrong


class Command(BaseCommand):
    help = "Check that the journal balances, balances and roll-up follow from it, and nothing was tampered with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "prove"], help="prove also keeps the result, as each night")
        parser.add_argument("--institute", metavar="CODE", help="only this institute")

    def handle(self, *, institute: str | None, **options: Any) -> None:
        """Exit code 1 and the rows by name when anything is wrong."""
        wrong = 0
        institutes = Institute.objects.filter(kind=Institute.Kind.INSTITUTE)
        chosen = institutes.filter(code=institute) if institute else institutes
        if institute and not chosen:
            raise CommandError(f"There is no institute {institute}.")
        for each in chosen:
            wrong += self._verify(each, keep=options["what"] == "prove")
        wrong += self._agreements_out_of_step({each.id: each.code for each in chosen})
        if wrong:
            raise CommandError(
                f"{wrong} row(s) are wrong. Nothing was changed: mend them by new entries.", returncode=1
            )
        self.stdout.write(f"The ledgers of {len(chosen)} institute(s) hold.")

    def _agreements_out_of_step(self, codes: dict[uuid.UUID, str]) -> int:
        """Joint agreements whose parties hold something else than the lead says."""
        found = [(lead_id, agreement_id) for lead_id, agreement_id in out_of_step() if lead_id in codes]
        for lead_id, agreement_id in found:
            self.stderr.write(f"{codes[lead_id]}: not true that master and shares agree: agreement {agreement_id}")
        return len(found)

    def _verify(self, institute: Institute, *, keep: bool) -> int:
        with institute_context(institute.id):
            wrong = prove_ledger(by=None).faults if keep else ledger_is_wrong()
        for row in wrong:
            self.stderr.write(f"{institute.code}: not true that {row}")
        return len(wrong)
