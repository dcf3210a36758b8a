from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "crm.identity"
    label = "identity"
