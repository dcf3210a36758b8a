"""Pages of agreements: list, one agreement as this institute sees it, instalments due, benefits."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.clock import today
from crm.base.money import format_pounds
from crm.core.together import read_together
from crm.core.views import ActionView, ListPage, Page
from crm.identity.roles import Permission
from crm.outbox.models import TimelineItem
from crm.web.timeline import folded, lines_of
from sponsorships.actions.agreements import deliver_benefit
from sponsorships.models import Agreement, AgreementShare, AgreementState, Benefit
from sponsorships.reads.agreements import (
    ComponentMoney,
    benefits_owed,
    components_of,
    instalments_of,
    instalments_to_come,
    money_in,
    schedule_of,
    signed_shares,
    split_of,
    waivers_of,
)
from sponsorships.reads.reaching import nobody_to_write_to


class SponsorshipTabs:
    """Which of the three lists this is."""

    tab = ""

    @property
    def is_agreements(self) -> bool:
        return self.tab == "agreements"

    @property
    def is_instalments(self) -> bool:
        return self.tab == "instalments"

    @property
    def is_receipts(self) -> bool:
        return self.tab == "receipts"


class Agreements(SponsorshipTabs, ListPage):
    """Signed agreements that this institute has a share in; its drafts stand above them."""

    permission = Permission.SEE_SPONSORSHIPS
    template_name = "sponsorships/agreements/list.html"
    tab = "agreements"
    title = "Sponsorships"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        return signed_shares(self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        drafts = Agreement.objects.visible_to(self.request.user).drafts().select_related("employer", "drafted_by")
        return super().get_context(drafts=list(drafts[:25]), **extra)


class AgreementPage(Page):
    """Base of pages about one agreement.

    `self.agreement` is the master where this institute leads, `self.share` its share once signed; one of them is
    there, or the page does not exist.
    """

    def prepare(self) -> None:
        masters = Agreement.objects.visible_to(self.request.user)
        people = ("signed_for_sponsor", "signed_for_institute", "terminated_by")
        rows = masters.select_related("employer", "drafted_by", *people)
        self.agreement = rows.filter(pk=self.kwargs["pk"]).first()
        shares = AgreementShare.objects.visible_to(self.request.user).select_related("employer", "lead", "recipient")
        self.share = shares.filter(agreement_id=self.kwargs["pk"]).first()
        if self.agreement is None and self.share is None:
            raise Http404

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            agreement=self.agreement,
            share=self.share,
            terms=self.agreement or self.share,
            back_url=self.own_url(),
            **extra,
        )

    def own_url(self) -> str:
        return reverse("sponsorships:agreement", args=[self.kwargs["pk"]])


class LeadPage(AgreementPage):
    """Base of pages that only the lead institute has."""

    def prepare(self) -> None:
        super().prepare()
        if self.agreement is None:
            raise Http404


class ShowAgreement(AgreementPage):
    permission = Permission.SEE_SPONSORSHIPS
    template_name = "sponsorships/agreements/show.html"
    schedule: list[ComponentMoney]

    @property
    def may_sign(self) -> bool:
        """A draft of somebody else's."""
        return self.is_draft and self.request.user.id != self.agreement.drafted_by_id

    @property
    def is_draft(self) -> bool:
        return self.agreement is not None and self.agreement.state == AgreementState.DRAFT

    def get_context(self, **extra: Any) -> dict[str, Any]:
        found = read_together(self._rows())
        found["timeline"] = folded(lines_of(found["timeline"]))
        found["unreachable"] = next(iter(found.get("unreachable", [])), None)
        if self.share:
            instalments, components = found.pop("instalments"), found.pop("components")
            found["schedule"] = self.schedule = schedule_of(components, instalments, found["waivers"])
            found["money"] = money_in(self.share)
        if self.agreement:
            found["split"] = split_of(self.agreement)
        return super().get_context(title=(self.agreement or self.share).title, **found, **extra)

    def _rows(self) -> dict[str, QuerySet]:
        """What the page lists: of every agreement, of one led here, of this institute's share."""
        timeline = TimelineItem.objects.filter(subject_type="sponsorships.agreement", subject_id=self.kwargs["pk"])
        rows: dict[str, QuerySet] = {"timeline": timeline[:40]}
        if self.agreement:
            rows["benefits"] = benefits_owed(self.agreement.id)
        if self.share:
            rows |= {"components": components_of(self.share), "instalments": instalments_of(self.share)}
            rows |= {"waivers": waivers_of(self.share), "amendments": self.share.amendments.select_related("made_by")}
            rows["unreachable"] = nobody_to_write_to().filter(component__share=self.share)[:1]
        return rows

    @property
    def standing_pence(self) -> int:
        """Promised, less what was written off."""
        return sum(part.standing_pence for part in self.schedule)

    @property
    def promise_note(self) -> str:
        """What was written off, else the whole where this institute may see it."""
        written_off = sum(part.written_off_pence for part in self.schedule)
        if written_off:
            return f"{format_pounds(self.share.pence)} less {format_pounds(written_off)} written off"
        total = self.agreement.total_pence if self.agreement else self.share.total_pence
        return f"of {format_pounds(total)} over all institutes" if total else ""

    @property
    def received_pence(self) -> int:
        return sum(part.received_pence for part in self.schedule)

    @property
    def outstanding_pence(self) -> int:
        return sum(i.outstanding_pence for part in self.schedule for i in part.instalments)

    @property
    def late_pence(self) -> int:
        return sum(i.outstanding_pence for part in self.schedule for i in part.instalments if i.is_overdue)


class Instalments(SponsorshipTabs, ListPage):
    """What is still to come, late ones first."""

    permission = Permission.SEE_SPONSORSHIPS
    template_name = "sponsorships/agreements/instalments.html"
    tab = "instalments"
    title = "Instalments to come"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        return instalments_to_come(self.request.user)


class DeliverBenefit(ActionView):
    """The sponsor got it today."""

    permission = Permission.EDIT_AGREEMENTS
    success_message = "Noted as delivered today."

    def prepare(self) -> None:
        rows = Benefit.objects.visible_to(self.request.user).select_related("component")
        self.benefit = get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self) -> str:
        deliver_benefit(benefit=self.benefit, delivered_on=today(), by=self.request.user)
        return self.back_url()

    def back_url(self) -> str:
        return reverse("sponsorships:agreement", args=[self.benefit.component.agreement_id])
