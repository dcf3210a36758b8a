"""Pages of contributions in kind: list, record, look at, move on."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import ActionView, FormPage, ListPage, Page
from crm.identity.roles import Permission
from crm.outbox.models import TimelineItem
from crm.web.timeline import folded, lines_of
from sponsorships.actions.contributions import (
    accept_contribution,
    agree_contribution,
    decline_contribution,
    deliver_contribution,
    record_contribution,
    withdraw_contribution,
)
from sponsorships.actions.valuations import submit_valuation
from sponsorships.forms.contributions import ContributionFilters, ContributionForm, DeliveryForm, ReasonForm
from sponsorships.models import Contribution, Valuation
from sponsorships.reads.contributions import counted_by_contribution, dossiers

TABS = (("to_value", "To value"), ("to_approve", "To approve"), ("accepted", "Accepted"), ("all", "All"))


class Contributions(ListPage):
    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "sponsorships/contributions/list.html"
    title = "Contributions in kind"
    filter_class = ContributionFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        contributions = self._tab_queryset(self.tab)
        query = filters.get("q")
        if query:
            contributions = contributions.filter(title__icontains=query) | contributions.filter(
                employer__name__icontains=query
            )
        return contributions.select_related("employer")

    @property
    def tab(self) -> str:
        chosen = self.request.GET.get("tab", "all")
        return chosen if chosen in dict(TABS) else "all"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        url = reverse("sponsorships:contributions")
        tabs = [
            {"label": label, "url": f"{url}?tab={name}", "current": name == self.tab, "count": self._count(name)}
            for name, label in TABS
        ]
        counted = counted_by_contribution([c.id for c in extra["page"].object_list])
        for contribution in extra["page"].object_list:
            contribution.counted_pence = counted.get(contribution.id)
        return super().get_context(tabs=tabs, **extra)

    def _tab_queryset(self, tab: str) -> QuerySet:
        visible = Contribution.objects.visible_to(self.request.user)
        return visible if tab == "all" else getattr(visible, tab)()

    def _count(self, tab: str) -> int:
        return self._tab_queryset(tab).count()


class ChooseKind(Page):
    """Step one of recording: of what kind is it? The form that follows is made for it."""

    permission = Permission.EDIT_CONTRIBUTIONS
    template_name = "sponsorships/contributions/choose_kind.html"
    title = "What does the employer give?"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        suffix = f"?{query}" if query else ""
        kinds = [
            {"label": label, "url": reverse("sponsorships:record_contribution", args=[kind]) + suffix}
            for kind, label in Contribution.Kind.choices
        ]
        return super().get_context(kinds=kinds, **extra)


class RecordContribution(FormPage):
    """Step two: what exactly, and what the employer says it is worth."""

    permission = Permission.EDIT_CONTRIBUTIONS
    template_name = "sponsorships/contributions/record.html"
    form_class = ContributionForm
    field_names = {"pence": "declared_pence", "employer": "who"}
    success_message = "Recorded. Say what it is worth, so that somebody else can approve it."

    def prepare(self) -> None:
        if self.kwargs["kind"] not in Contribution.Kind.values:
            raise Http404
        self.title = Contribution.Kind(self.kwargs["kind"]).label

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"kind": self.kwargs["kind"], "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"employer": self.request.GET.get("employer")}

    def act(self, form: ContributionForm) -> str:
        by = self.request.user
        contribution = record_contribution(**form.facts(), by=by)
        line = contribution.lines.get()
        declared = form.cleaned_data["declared_pence"]
        if declared:
            submit_valuation(line=line, basis=Valuation.Basis.DONOR_DECLARED, pence=declared, by=by)
        return reverse("sponsorships:value", args=[line.pk])


class ContributionPage(Page):
    """Base of pages about one contribution (`self.contribution`)."""

    def prepare(self) -> None:
        visible = Contribution.objects.visible_to(self.request.user)
        rows = visible.select_related("employer", "share", "recorded_by")
        self.contribution = get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(contribution=self.contribution, back_url=self.own_url(), **extra)

    def own_url(self) -> str:
        return reverse("sponsorships:contribution", args=[self.contribution.pk])


class ShowContribution(ContributionPage):
    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "sponsorships/contributions/show.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        cards = dossiers(self.contribution)
        timeline = TimelineItem.objects.filter(
            subject_type="sponsorships.contribution", subject_id=self.contribution.pk
        )
        return super().get_context(
            cards=cards,
            waiting=[valuation for card in cards for valuation in card.waiting],
            counted_pence=counted_by_contribution([self.contribution.pk]).get(self.contribution.pk, 0),
            timeline=folded(lines_of(timeline[:40])),
            title=self.contribution.title,
            **extra,
        )


class Deliver(ContributionPage, FormPage):
    permission = Permission.EDIT_CONTRIBUTIONS
    template_name = "sponsorships/small_form.html"
    title = "When did it arrive?"
    form_class = DeliveryForm
    success_message = "Delivery noted."

    def act(self, form: DeliveryForm) -> str:
        deliver_contribution(contribution=self.contribution, **form.cleaned_data, by=self.request.user)
        return self.own_url()


class Move(ContributionPage, ActionView):
    """Agree to it, or accept it."""

    permission = Permission.EDIT_CONTRIBUTIONS
    success_message = "Done."

    def act(self) -> str:
        step = {"agree": agree_contribution, "accept": accept_contribution}[self.kwargs["step"]]
        step(contribution=self.contribution, by=self.request.user)
        return self.own_url()

    def back_url(self) -> str:
        return self.own_url()


class Close(ContributionPage, FormPage):
    """Decline it, or note that the employer took it back; with the reason."""

    permission = Permission.EDIT_CONTRIBUTIONS
    template_name = "sponsorships/small_form.html"
    form_class = ReasonForm
    success_message = "Noted with its reason."

    def prepare(self) -> None:
        super().prepare()
        titles = {"decline": "Why is it declined?", "withdraw": "Why was the offer taken back?"}
        self.title = titles[self.kwargs["step"]]

    def act(self, form: ReasonForm) -> str:
        step = {"decline": decline_contribution, "withdraw": withdraw_contribution}[self.kwargs["step"]]
        step(contribution=self.contribution, **form.cleaned_data, by=self.request.user)
        return self.own_url()
