from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "crm.network"
    label = "network"
