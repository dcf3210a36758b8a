"""`manage.py token create|list|revoke`: tokens of the API without a browser."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.accounts.actions import add_service, create_token, revoke_token
from crm.accounts.models import ApiToken
from crm.accounts.reads import tokens_shown
from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.errors import DomainError
from crm.identity.models import Institute, User
from crm.identity.roles import Permission, Role


class Command(BaseCommand):
    """A new token's secret is the one line on standard output; everything else goes to standard error."""

    help = (
        "create --institute CODE (--email PERSON | --program NAME --role ROLE) --name FOR-WHAT [--scope RIGHT]...;"
        " list --institute CODE; revoke --institute CODE --prefix START"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["create", "list", "revoke"])
        parser.add_argument("--institute", required=True, metavar="CODE")
        parser.add_argument("--email", help="whose token it is")
        parser.add_argument("--program", metavar="NAME", help="let a new program in instead of a person")
        parser.add_argument("--role", choices=[role.value for role in Role], help="of the program")
        parser.add_argument("--name", default="", help="what the token is for")
        parser.add_argument("--days", type=int, default=90, help="how long it works; a year at most")
        parser.add_argument(
            "--scope",
            action="append",
            metavar="RIGHT",
            help="see_employers, edit_employers, ...; once for each. Everything the roles may read if left out",
        )
        parser.add_argument("--prefix", default="", help="the start of the token to revoke")

    def handle(self, *args: Any, **options: Any) -> None:
        institute = Institute.objects.filter(code=options["institute"], kind=Institute.Kind.INSTITUTE).first()
        if institute is None:
            raise CommandError(f"There is no institute with the code {options['institute']!r}.")
        try:
            with institute_context(institute.id):
                getattr(self, options["verb"])(options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def create(self, options: dict[str, Any]) -> None:
        """Print the secret of a new token."""
        user = self._owner(options)
        until = now() + dt.timedelta(days=min(max(options["days"], 0), 10_000))
        name = options["name"] or options["program"] or ""
        new = create_token(name=name, user=user, scopes=_scopes(options["scope"]), expires_at=until, by=None)
        self.stderr.write(f"{new.token.name}, of {user.name}, until {new.token.expires_at:%d %b %Y}. Shown this once:")
        self.stdout.write(new.secret)

    def list(self, options: dict[str, Any]) -> None:
        """Print every token of the institute, those in force first."""
        for line in tokens_shown(None, all_of_institute=True):
            token = line.token
            self.stdout.write(
                f"{token.prefix}…  {token.expires_at:%Y-%m-%d}  {line.state:<10}  {token.user.name}  {token.name}"
            )

    def revoke(self, options: dict[str, Any]) -> None:
        """End the one token in force that starts so."""
        found = [t for t in ApiToken.objects.filter(prefix__startswith=options["prefix"]) if t.is_in_force]
        if len(found) != 1 or not options["prefix"]:
            raise CommandError(f"{len(found)} tokens in force start so. Give the start that `token list` shows.")
        revoke_token(token=found[0], by=None)
        self.stdout.write(f"{found[0].name} has ended.")

    def _owner(self, options: dict[str, Any]) -> User:
        if bool(options["email"]) == bool(options["program"]):
            raise CommandError("Say either whose token it is (--email) or which program it is for (--program).")
        if options["program"]:
            if not options["role"]:
                raise CommandError("Say the role of the program (--role).")
            return add_service(name=options["program"], role=Role(options["role"]), by=None)
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("There is nobody with that address.")
        return user


def _scopes(names: list[str] | None) -> list[Permission] | None:
    if names is None:
        return None
    known = {right.name.lower(): right for right in Permission}
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise CommandError(f"There is no right called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    return [known[name] for name in names]
