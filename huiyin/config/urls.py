"""Every page of the site: one include for each app that has pages."""

from importlib.util import find_spec

from django.urls import include, path

APPS_WITH_PAGES = [
    "portal",
    "publishing",
    "ledger",
    "evidence",
    "policies",
    "people",
    "places",
    "imports",
    "audit",
]

urlpatterns = [
    *(
        path("", include(f"huiyin.apps.{app}.urls"))
        for app in APPS_WITH_PAGES
        if find_spec(f"huiyin.apps.{app}.urls")
    ),
    path("", include("huiyin.web.urls")),
]

handler400 = "huiyin.web.errors.bad_request"
handler403 = "huiyin.web.errors.forbidden"
handler404 = "huiyin.web.errors.not_found"
handler500 = "huiyin.web.errors.server_error"
