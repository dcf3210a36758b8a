"""The sidebar entries of this app."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class People:
    label = "People"
    icon = "users"
    url_name = "accounts:people"
    permission = Permission.MANAGE_PEOPLE
    order = 700
    place = "more"
    words = "invite roles members administrators settings"


@navigation.register
class Tokens:
    label = "API tokens"
    icon = "command-line"
    url_name = "accounts:tokens"
    permission = Permission.SEE_EMPLOYERS
    order = 720
    place = "more"
    words = "api tokens programs keys integration developers"
