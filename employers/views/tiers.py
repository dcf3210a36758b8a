"""The page on which an institute names its levels of partnership."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from employers.actions import change_tier, define_tier, remove_tier
from employers.forms import TierForm
from employers.models import Tier
from employers.reads.tiers import tiers_in_order


class Tiers(FormPage):
    """Every level, and a form for one more."""

    permission = Permission.NAME_TIERS
    template_name = "employers/tiers.html"
    title = "Tiers"
    form_class = TierForm
    success_message = "Saved. It can be chosen for employers now."

    def get_initial(self) -> dict[str, Any]:
        return {"position": Tier.objects.count() + 1}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(tiers=tiers_in_order().visible_to(self.request.user), **extra)

    def act(self, form: TierForm) -> str:
        define_tier(**form.cleaned_data, by=self.request.user)
        return reverse("employers:tiers")


class _TierPage(Page):
    """Base of what is done with one level (`self.tier`)."""

    permission = Permission.NAME_TIERS

    def prepare(self) -> None:
        self.tier = get_object_or_404(Tier.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def back_url(self) -> str:
        return reverse("employers:tiers")


class EditTier(_TierPage, FormPage):
    template_name = "web/form_page.html"
    title = "Change a tier"
    form_class = TierForm
    success_message = "Saved. Its employers keep it."

    def get_initial(self) -> dict[str, Any]:
        return {"label": self.tier.label, "scale": self.tier.scale, "position": self.tier.position}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label="Save", back_url=self.back_url(), **extra)

    def act(self, form: TierForm) -> str:
        change_tier(tier=self.tier, **form.cleaned_data, by=self.request.user)
        return self.back_url()


class RemoveTier(_TierPage, ActionView):
    success_message = "The tier is gone."

    def act(self) -> str:
        remove_tier(tier=self.tier, by=self.request.user)
        return self.back_url()
