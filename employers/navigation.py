"""Where employers stand in the sidebar, and how a conversation is logged from anywhere."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class Employers:
    label = "Employers"
    icon = "building-office-2"
    url_name = "employers:list"
    permission = Permission.SEE_EMPLOYERS
    order = 10
    key = "e"
    on_phone = True
    words = "companies partners sponsors"


@navigation.register
class LogAConversation:
    label = "Log a conversation"
    short_label = "Log"
    icon = "plus-circle"
    url_name = "employers:log"
    permission = Permission.LOG_ENGAGEMENTS
    order = 11
    place = "palette"
    single_key = "l"
    on_phone = True
    words = "log call meeting visit note"


@navigation.register
class AddAnEmployer:
    label = "Add an employer"
    icon = "plus"
    url_name = "employers:add"
    permission = Permission.EDIT_EMPLOYERS
    order = 12
    place = "palette"
    words = "new company"


@navigation.register
class Tiers:
    label = "Levels"
    icon = "adjustments-horizontal"
    url_name = "employers:tiers"
    permission = Permission.NAME_TIERS
    order = 710
    place = "more"
    words = "tiers levels of partnership anchor core associate supporter settings"


@navigation.register
class Partnership:
    label = "Partnership"
    icon = "puzzle-piece"
    url_name = "employers:promises"
    permission = Permission.SEE_EMPLOYERS
    order = 15
    covers = tuple(
        f"/employers/{part}/" for part in ("promises", "seats", "bodies", "curriculum", "skills", "projects")
    )
    words = "promises skills needs governance boards seats curriculum projects"


@navigation.register
class HealthRules:
    label = "How relationships are judged"
    icon = "adjustments-horizontal"
    url_name = "employers:health_rules"
    permission = Permission.SEE_EMPLOYERS
    order = 711
    place = "palette"
    words = "health rules points going quiet settings"
