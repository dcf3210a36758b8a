"""The sidebar entries of this app."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class CompareInstitutes:
    label = "Compare institutes"
    short_label = "Compare"
    icon = "chart-bar"
    url_name = "network:compare"
    permission = Permission.SEE_NETWORK
    order = 10
    key = "n"
    on_phone = True
    words = "network figures benchmark"


@navigation.register
class SharedBetweenInstitutes:
    label = "Shared"
    icon = "arrows-right-left"
    url_name = "network:shares"
    permission = Permission.SEE_SHARES
    order = 700
    place = "more"
    words = "network sharing requests other institutes"
