"""What the shell itself puts into the sidebar and the palette."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class MyDay:
    label = "My day"
    icon = "home"
    url_name = "home"
    permission = Permission.SEE_HOME
    order = 0
    key = "d"
    on_phone = True


@navigation.register
class Reports:
    label = "Reports"
    icon = "chart-bar"
    url_name = "reports"
    permission = Permission.SEE_REPORTS
    order = 50
    key = "r"
    on_phone = True
    words = "lists exports csv download figures"


@navigation.register
class WhoMayDoWhat:
    label = "Who may do what"
    icon = "key"
    url_name = "roles"
    permission = Permission.SEE_ROLES
    order = 900
    place = "more"


@navigation.register
class Health:
    label = "Health"
    icon = "heart"
    url_name = "health"
    permission = Permission.SEE_HEALTH
    order = 910
    place = "more"
    words = "status wrong workers broker backup monitoring"
