"""Addresses of the network lead's pages and of what is shared, below /network/."""

from django.urls import path

from crm.network import share_views, views

app_name = "network"

urlpatterns = [
    path("", views.CompareInstitutes.as_view(), name="compare"),
    path("compare.csv", views.CompareCsv.as_view(), name="compare_csv"),
    path("compare.xlsx", views.CompareXlsx.as_view(), name="compare_xlsx"),
    path("compare.pdf", views.ComparePdf.as_view(), name="compare_pdf"),
    path("shares/", share_views.Shares.as_view(), name="shares"),
    path("shares/of/<str:object_type>/<uuid:pk>/", share_views.Propose.as_view(), name="propose"),
    path("shares/given/<uuid:pk>/", share_views.Given.as_view(), name="given"),
    path("shares/given/<uuid:pk>/end/", share_views.Revoke.as_view(), name="revoke"),
    path("shares/read/<uuid:pk>/", share_views.Shared.as_view(), name="shared"),
    path("shares/read/<uuid:pk>/accept/", share_views.Accept.as_view(), name="accept"),
    path("shares/read/<uuid:pk>/decline/", share_views.Decline.as_view(), name="decline"),
    path("shares/read/<uuid:pk>/end/", share_views.GiveBack.as_view(), name="give_back"),
    path("shares/requests/<uuid:pk>/decline/", share_views.DeclineRequest.as_view(), name="decline_request"),
]
