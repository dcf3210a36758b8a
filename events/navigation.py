"""Entries of the sidebar."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class Challenges:
    label = "STE(A)M events"
    icon = "academic-cap"
    url_name = "challenges:list"
    permission = Permission.SEE_CHALLENGES
    order = 40
    key = "c"
    words = "challenges schools volunteers"
