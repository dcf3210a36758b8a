from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "crm.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect the receiver that limits sessions, and name people for the audit."""
        import_module("crm.accounts.sessions")
        import_module("crm.accounts.audit_names")
