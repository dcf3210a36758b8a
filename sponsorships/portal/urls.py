"""Addresses of the sponsor portal, below /portal/."""

from django.urls import path

from sponsorships.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.Report.as_view(), name="report"),
    path("report.csv", views.ReportCsv.as_view(), name="report_csv"),
    path("report.xlsx", views.ReportXlsx.as_view(), name="report_xlsx"),
    path("report.pdf", views.ReportPdf.as_view(), name="report_pdf"),
]
