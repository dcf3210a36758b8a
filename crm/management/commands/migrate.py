"""Django's migrate, as the role that owns the tables."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import ProgrammingError, connections

from crm.base.owner import OWNER_ALIAS, owner_database
from crm.base.role_grants import prepare_database


class Command(migrate.Command):
    """Uses DATABASE_OWNER_URL, and first gives the application's role its rights to what will be created."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER_ALIAS)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Before the system checks, which connect to the database that will be migrated."""
        if options["database"] == OWNER_ALIAS:
            try:
                owner_database()
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from error
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == OWNER_ALIAS:
            self._give_rights()
        super().handle(*args, **options)

    def _give_rights(self) -> None:
        connection = connections[OWNER_ALIAS]
        app_role = settings.DATABASES["default"]["USER"]
        try:
            with connection.cursor() as cursor:
                prepare_database(cursor, database=connection.settings_dict["NAME"], app_role=app_role)
        except ProgrammingError as error:
            raise CommandError(
                f"The rights of the role {app_role!r} cannot be set: {str(error).strip()}\nThe role in DATABASE_URL "
                "must exist, and the role in DATABASE_OWNER_URL must own the database (ALTER DATABASE ... OWNER TO "
                "...), which must allow the extensions pg_trgm, btree_gist and unaccent."
            ) from error
