from django.apps import AppConfig


class SponsorshipsConfig(AppConfig):
    name = "sponsorships"
