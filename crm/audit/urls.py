"""Addresses of this app."""

from django.urls import path

from crm.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.Log.as_view(), name="log"),
    path("<uuid:pk>/", views.EntryPage.as_view(), name="entry"),
    path("record/<str:table>/<uuid:row_id>/", views.Record.as_view(), name="record"),
]
