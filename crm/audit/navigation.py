"""The sidebar entry of this app."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class WhoChangedWhat:
    label = "Who changed what"
    icon = "finger-print"
    url_name = "audit:log"
    permission = Permission.SEE_AUDIT
    order = 710
    place = "more"
    words = "audit history log changes"
