"""Addresses of reports and demand lists: public nouns, then the desk."""

from django.urls import path

from huiyin.apps.reports.views import public

app_name = "reports"
urlpatterns = [
    path("reports", public.report_list, name="report_list"),
    path("reports/<int:pk>", public.report, name="report"),
    path("reports/<int:pk>/digest", public.digest, name="digest"),
    path("reports/<int:pk>/slides", public.slides, name="slides"),
    path("reports/<int:pk>/revisions/<int:number>", public.revision, name="revision"),
    path("estates/<slug:slug>/demands", public.report_list, name="demands"),
]
