"""Where employers stand in the sidebar, and how a conversation is logged from anywhere."""

import uuid

from django.urls import reverse
from django.utils.http import urlencode

from crm.core.registry import navigation
from crm.identity.roles import Permission
from employers.models import Engagement


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
    about = "employer"  # "log quick" in the palette leads on with the employer chosen

    @staticmethod
    def url_about(object_id: uuid.UUID, word: str) -> str:
        """The form for that employer; for "meeting quick", of that kind."""
        asked = {"employer": object_id} | ({"kind": word} if word in Engagement.Kind.values else {})
        return f"{reverse('employers:log')}?{urlencode(asked)}"


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
class Duplicates:
    label = "Duplicates"
    icon = "document-duplicate"
    url_name = "employers:duplicates"
    permission = Permission.EDIT_EMPLOYERS
    order = 16
    place = "more"
    covers = ("/employers/duplicates/", "/employers/merges/")
    words = "duplicates merge same twice double"


@navigation.register
class Tiers:
    label = "Tiers"
    icon = "adjustments-horizontal"
    url_name = "employers:tiers"
    permission = Permission.NAME_TIERS
    order = 710
    place = "more"
    words = "levels of partnership anchor core associate supporter settings"


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


@navigation.register
class Tags:
    label = "Tags"
    icon = "tag"
    url_name = "employers:tags"
    permission = Permission.EDIT_EMPLOYERS
    order = 712
    place = "palette"
    words = "labels tags of employers settings"


@navigation.register
class EmployersAskedMost:
    label = "Employers asked most"
    short_label = "Asked most"
    icon = "building-office-2"
    url_name = "employers:in_touch"
    permission = Permission.SEE_NETWORK
    order = 20
    words = "network over-asked contact quarter"
