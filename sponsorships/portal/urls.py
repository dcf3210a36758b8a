"""Addresses of the sponsor portal."""

urlpatterns: list = []
