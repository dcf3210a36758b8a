"""Every component on one page, with invented content; the accessibility tests run on it. Development and demo only."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from crm.base import clock
from crm.base.money import PoundsField
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web import charts
from crm.web.timeline import Line, folded
from crm.web.widgets import DayField

TIERS = [("anchor", "Anchor"), ("core", "Core"), ("associate", "Associate")]


def _lines(now: datetime) -> list[Line]:
    earlier = now - timedelta(days=3)
    return [
        Line("call", "Spoke to Jo Marsh about the year-two report.", "Priya Nair", now, people=("Jo Marsh",)),
        *folded(Line("money", f"£{pounds} received", "Fiona Clarke", earlier) for pounds in (400, 300)),
        Line("mail", "Instalment due, to Jo Marsh", "Automatic", earlier, why="because you pay the instalments"),
    ]


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As on the letterhead. Short forms are found too.")
    value_pence = PoundsField(label="Value")
    given_on = DayField(label="Given on")
    tier = forms.ChoiceField(label="Tier", choices=TIERS, required=False)
    kind = forms.ChoiceField(
        label="What happened",
        choices=[("call", "Call"), ("meeting", "Meeting"), ("visit", "Visit"), ("note", "Note")],
        widget=forms.RadioSelect,
    )
    basis = forms.ChoiceField(
        label="How it was valued",
        choices=[("invoice", "Supplier's invoice"), ("rate", "Agreed day rate"), ("market", "Market price")],
        widget=forms.RadioSelect,
        help_text="The second person who approves it sees this.",
    )
    topics = forms.MultipleChoiceField(
        label="Subjects", choices=[("eng", "Engineering"), ("dig", "Digital")], widget=forms.CheckboxSelectMultiple
    )
    consent = forms.BooleanField(label="They agreed to be named", help_text="Asked on the phone counts.")
    notes = forms.CharField(label="Notes", widget=forms.Textarea(attrs={"rows": 4}), required=False)


class Gallery(Page):
    """GET shows the page; POST sends the form back with its errors."""

    permission = Permission.SIGN_IN
    needs_institute = False
    template_name = "web/gallery.html"
    title = "Components"

    def prepare(self) -> None:
        if not (settings.DEBUG or settings.DEMO):
            raise Http404

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        messages.success(request, "Call with Quickline logged.")
        return self.render(self.get_context(form=GalleryForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(self.get_context(form=GalleryForm(request.POST)), status=422)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        now = clock.now()
        terms = ["Aut 24", "Spr 25", "Sum 25", "Aut 25", "Spr 26", "Sum 26"]
        paid = [31_200_00, 36_800_00, 27_900_00, 41_000_00, 52_500_00, 38_200_00]
        spent = {"Equipment": 74_250_00, "Travel": 61_400_00, "Fees": 53_100_00, "Childcare": 38_900_00}
        by_term = [charts.Bar(term, pence, soft=i < 3) for i, (term, pence) in enumerate(zip(terms, paid, strict=True))]
        by_use = [charts.Bar(use, pence) for use, pence in spent.items()]
        return super().get_context(
            now=now,
            days_ago=now - timedelta(days=3),
            quiet_since=clock.today() - timedelta(days=71),
            due_on=clock.today() + timedelta(days=14),
            lines=_lines(now),
            names=["Priya Nair", "Tom Askew", "Hannah Bell", "Ade Okoro", "Jo Marsh", "Kim Shaw"],
            tiers=TIERS,
            page=Paginator(range(1, 236), 25).page(2),
            periods=charts.by_period("Bursary paid by term", by_term),
            categories=charts.by_category("What bursaries paid for", by_use),
            **extra,
        )


class PortalGallery(Gallery):
    """The same parts in the portal's shell: a report."""

    template_name = "web/gallery_portal.html"
    title = "Portal components"
