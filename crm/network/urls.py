"""Addresses of the network lead's pages, below /network/."""

from django.urls import path

from crm.network import views

app_name = "network"

urlpatterns = [
    path("", views.CompareInstitutes.as_view(), name="compare"),
    path("compare.csv", views.CompareCsv.as_view(), name="compare_csv"),
    path("compare.xlsx", views.CompareXlsx.as_view(), name="compare_xlsx"),
    path("compare.pdf", views.ComparePdf.as_view(), name="compare_pdf"),
]
