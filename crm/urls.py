"""Every address. Apps are named by string: the ground floor imports none of them."""

from django.urls import include, path

urlpatterns = [
    path("", include("crm.web.urls")),
    path("network/", include("crm.network.urls")),
    path("accounts/", include("crm.accounts.urls")),
    path("mail/", include("crm.mail.urls")),
    path("imports/", include("crm.imports.urls")),
    path("audit/", include("crm.audit.urls")),
    path("employers/", include("employers.urls")),
    path("sponsorships/", include("sponsorships.urls")),
    path("challenges/", include("events.urls")),
    path("api/", include("crm.core.api.routes")),
    path("portal/", include("sponsorships.portal.urls")),
]

handler400 = "crm.web.views.errors.bad_request"
handler403 = "crm.web.views.errors.forbidden"
handler404 = "crm.web.views.errors.not_found"
handler500 = "crm.web.views.errors.server_error"
