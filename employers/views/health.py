"""How relationships are judged: the rules for all to read, and for some to change."""

from typing import Any

from django.urls import reverse

from crm.core.views import FormPage, Page
from crm.identity.roles import Permission
from employers.actions import set_health_rules
from employers.actions.health import NUMBERS
from employers.forms import HealthRulesForm
from employers.models import HealthRules
from employers.reads.health import rules_in_force

VERSIONS_SHOWN = 10


class ShowHealthRules(Page):
    """Every rule with its points, which level follows from them, and who changed them when."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/health_rules.html"
    title = "How relationships are judged"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        versions = HealthRules.objects.visible_to(self.request.user).select_related("made_by")[:VERSIONS_SHOWN]
        return super().get_context(rules=rules_in_force(), versions=versions, **extra)


class ChangeHealthRules(FormPage):
    """A new version of the rules."""

    permission = Permission.SET_HEALTH_RULES
    template_name = "web/form_page.html"
    title = "Change how relationships are judged"
    form_class = HealthRulesForm
    success_message = "Saved. Every employer is judged by the new rules in the background."

    def get_initial(self) -> dict[str, Any]:
        rules = rules_in_force()
        return {name: getattr(rules, name) for name in NUMBERS} | {"replaces": rules.version}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label="Save", back_url=reverse("employers:health_rules"), **extra)

    def act(self, form: HealthRulesForm) -> str:
        set_health_rules(by=self.request.user, **form.numbers())
        return reverse("employers:health_rules")
