from django.apps import AppConfig
from django.core import checks

from crm.base.role_check import check_role


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        checks.register(check_role, checks.Tags.database)
