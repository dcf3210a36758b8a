"""`manage.py rollup rebuild`: sum the journal anew and compare with what was kept up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.base.context import institute_context
from crm.identity.models import Institute
from sponsorships.models import Fund
from sponsorships.rollups import fold_fund_usage, let_statements_take_long, rebuild_usage, usage_differences


class Command(BaseCommand):
    help = "Rebuild the usage of every fund from its journal and say where the kept-up figures differed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["rebuild"])
        parser.add_argument("--institute", metavar="CODE", help="only this institute")

    def handle(self, *, institute: str | None, **options: Any) -> None:
        """Prints differences found before, then whether the rebuilt rows equal the journal."""
        institutes = Institute.objects.filter(kind=Institute.Kind.INSTITUTE)
        chosen = institutes.filter(code=institute) if institute else institutes
        if institute and not chosen:
            raise CommandError(f"There is no institute {institute}.")
        for each in chosen:
            self._rebuild(each)

    def _rebuild(self, institute: Institute) -> None:
        with institute_context(institute.id):
            let_statements_take_long()
            late = fold_fund_usage()
            differences = usage_differences()
            funds = Fund.objects.count()
            postings = rebuild_usage()
            left = usage_differences()
        for difference in differences:
            self.stdout.write(f"{institute.code}: {difference}")
        found = f"{len(differences)} row(s) differed and are mended" if differences else "kept up and rebuilt are equal"
        self.stdout.write(
            f"{institute.code}: {funds} fund(s), {postings} posting(s), {late} of them folded just now: {found}."
        )
        if left:
            raise CommandError(f"{institute.code}: {len(left)} row(s) differ even after the rebuild.", returncode=1)
