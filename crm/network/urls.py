"""Addresses of the network lead's pages, below /network/."""

from django.urls import path

from crm.network import views

app_name = "network"

urlpatterns = [path("", views.CompareInstitutes.as_view(), name="compare")]
