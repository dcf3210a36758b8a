"""Django's migrate, as the role that owns the tables."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import ProgrammingError, connections
from django.db.migrations.loader import MigrationLoader

from crm.base.owner import OWNER_ALIAS, owner_database
from crm.base.role_grants import prepare_database

PACKAGES = ("crm", "employers", "sponsorships", "events", "workers")


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
            self._refuse_what_others_made()
            self._give_rights()
        super().handle(*args, **options)

    def _refuse_what_others_made(self) -> None:
        """Migrating a database of a later version, or of one from before the first release, would half work."""
        loader = MigrationLoader(connections[OWNER_ALIAS])
        ours = {config.label for config in apps.get_app_configs() if config.name.partition(".")[0] in PACKAGES}
        unknown = sorted(
            f"{app}.{name}"
            for app, name in loader.applied_migrations
            if (app, name) not in loader.disk_migrations and app in ours
        )
        if unknown:
            raise CommandError(
                f"This database has migrations that this version does not know ({', '.join(unknown[:3])}"
                f"{' and others' if len(unknown) > 3 else ''}), so another version made it. Nothing was changed. Run"
                " that version, or restore a backup into a new database."
            )

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
