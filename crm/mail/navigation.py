"""The sidebar entry of this app."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class Mail:
    label = "What goes out"
    icon = "envelope"
    url_name = "mail:outgoing"
    permission = Permission.SEE_MAIL
    order = 60
    place = "more"
    key = "m"
    words = "mail e-mail reminders sent failed hold"
