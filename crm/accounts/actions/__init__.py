"""The one door for writes about people, their roles and their tokens."""

from crm.accounts.actions.erasure import erase_account
from crm.accounts.actions.people import end_all_roles, end_role, give_role, invite_person
from crm.accounts.actions.services import add_service
from crm.accounts.actions.tokens import create_token, revoke_token, rotate_token

__all__ = [
    "add_service",
    "create_token",
    "end_all_roles",
    "end_role",
    "erase_account",
    "give_role",
    "invite_person",
    "revoke_token",
    "rotate_token",
]
