"""Every page of the site: one include for each app that has pages, and the machinery's own."""

from django.urls import include, path

# They are tried in this order: first what is asked for most.
urlpatterns = [
    path("", include("huiyin.apps.ledger.urls")),
    path("", include("huiyin.apps.portal.urls")),
    path("", include("huiyin.apps.publishing.urls")),
    path("", include("huiyin.apps.meetings.urls")),
    path("", include("huiyin.apps.reports.urls")),
    path("", include("huiyin.apps.upkeep.urls")),
    path("", include("huiyin.apps.hotline.urls")),
    path("", include("huiyin.apps.evidence.urls")),
    path("", include("huiyin.apps.policies.urls")),
    path("", include("huiyin.apps.people.urls")),
    path("", include("huiyin.apps.imports.urls")),
    path("", include("huiyin.apps.audit.urls")),
    path("", include("huiyin.web.urls")),
]

handler400 = "huiyin.web.errors.bad_request"
handler403 = "huiyin.web.errors.forbidden"
handler404 = "huiyin.web.errors.not_found"
handler500 = "huiyin.web.errors.server_error"
