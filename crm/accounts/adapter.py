"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people are invited by an institute's administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
