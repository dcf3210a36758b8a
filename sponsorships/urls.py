"""Addresses of sponsorships, below /sponsorships/."""

from django.urls import path

from sponsorships.views import agreements, contributions, drafting, portal_access, receipts, valuations

app_name = "sponsorships"

urlpatterns = [
    path("", agreements.Agreements.as_view(), name="agreements"),
    path("draft/", drafting.Draft.as_view(), name="draft"),
    path("instalments/", agreements.Instalments.as_view(), name="instalments"),
    path("agreements/<uuid:pk>/", agreements.ShowAgreement.as_view(), name="agreement"),
    path("agreements/<uuid:pk>/edit/", drafting.Redraft.as_view(), name="redraft"),
    path("agreements/<uuid:pk>/sign/", drafting.Sign.as_view(), name="sign"),
    path("agreements/<uuid:pk>/amend/", drafting.Amend.as_view(), name="amend"),
    path("benefits/<uuid:pk>/delivered/", agreements.DeliverBenefit.as_view(), name="benefit_delivered"),
    path("portal-access/<uuid:employer>/", portal_access.OpenPortal.as_view(), name="open_portal"),
    path("portal-access/<uuid:pk>/close/", portal_access.ClosePortal.as_view(), name="close_portal"),
    path("receipts/", receipts.Receipts.as_view(), name="receipts"),
    path("receipts/record/", receipts.RecordReceipt.as_view(), name="record_receipt"),
    path("receipts/<uuid:pk>/", receipts.ShowReceipt.as_view(), name="receipt"),
    path("receipts/<uuid:pk>/match/", receipts.Match.as_view(), name="match"),
    path("receipts/<uuid:pk>/gift/", receipts.Gift.as_view(), name="gift"),
    path("receipts/<uuid:pk>/refund/", receipts.Refund.as_view(), name="refund_receipt"),
    path("in-kind/", contributions.Contributions.as_view(), name="contributions"),
    path("in-kind/record/", contributions.ChooseKind.as_view(), name="choose_kind"),
    path("in-kind/record/<slug:kind>/", contributions.RecordContribution.as_view(), name="record_contribution"),
    path("in-kind/<uuid:pk>/", contributions.ShowContribution.as_view(), name="contribution"),
    path("in-kind/<uuid:pk>/deliver/", contributions.Deliver.as_view(), name="deliver"),
    path("in-kind/<uuid:pk>/agree/", contributions.Move.as_view(), {"step": "agree"}, name="agree"),
    path("in-kind/<uuid:pk>/accept/", contributions.Move.as_view(), {"step": "accept"}, name="accept"),
    path("in-kind/<uuid:pk>/decline/", contributions.Close.as_view(), {"step": "decline"}, name="decline"),
    path("in-kind/<uuid:pk>/withdraw/", contributions.Close.as_view(), {"step": "withdraw"}, name="withdraw"),
    path("in-kind/lines/<uuid:pk>/value/", valuations.ValueLine.as_view(), name="value"),
    path("in-kind/valuations/<uuid:pk>/approve/", valuations.Approve.as_view(), name="approve"),
    path("in-kind/valuations/<uuid:pk>/ask/", valuations.AskForChange.as_view(), name="ask_for_change"),
]
