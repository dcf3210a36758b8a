"""Addresses of the shell. Pages before an institute is chosen answer at / too."""

from django.urls import path

from crm.web.views import gallery, health, home, palette, preferences, prepared, reports, roles

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("search/", palette.Search.as_view(), name="search"),
    path("search/palette/", palette.Palette.as_view(), name="palette"),
    path("theme/", preferences.Theme.as_view(), name="theme"),
    path("shortcuts/", preferences.Shortcuts.as_view(), name="shortcuts"),
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("reports/files/<uuid:pk>/", prepared.ShowFile.as_view(), name="prepared_file"),
    path("reports/files/<uuid:pk>/progress/", prepared.FileProgress.as_view(), name="prepared_progress"),
    path("reports/files/<uuid:pk>/download/", prepared.DownloadFile.as_view(), name="prepared_download"),
    path("reports/<slug:name>/", reports.ShowReport.as_view(), name="report"),
    path("reports/<slug:name>.csv", reports.ReportCsv.as_view(), name="report_csv"),
    path("reports/<slug:name>.xlsx", reports.ReportXlsx.as_view(), name="report_xlsx"),
    path("reports/<slug:name>.pdf", reports.ReportPdf.as_view(), name="report_pdf"),
    path("settings/roles/", roles.Roles.as_view(), name="roles"),
    path("settings/health/", health.Health.as_view(), name="health"),
    path("dev/components/", gallery.Gallery.as_view(), name="components"),
    path("dev/components/portal/", gallery.PortalGallery.as_view(), name="components_portal"),
]
