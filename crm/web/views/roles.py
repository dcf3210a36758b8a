"""The page "Who may do what", drawn from the table the views obey."""

from typing import Any

from crm.core.views import Page
from crm.identity.roles import ROLES, Permission


class Roles(Page):
    permission = Permission.SEE_ROLES
    template_name = "web/roles.html"
    title = "Who may do what"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        roles = [
            {
                "label": role.label,
                "description": entry.description,
                "mine": role in self.request.roles,
                "needs_second_factor": entry.needs_second_factor,
            }
            for role, entry in ROLES.items()
        ]
        rights = [
            (right.value, [right in entry.permissions for entry in ROLES.values()])
            for right in Permission
            if right is not Permission.SIGN_IN
        ]
        return super().get_context(roles=roles, rights=rights, **extra)
