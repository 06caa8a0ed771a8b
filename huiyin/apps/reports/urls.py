"""Addresses of reports and demand lists: public nouns, then the desk."""

from django.urls import path

from huiyin.apps.reports.views import commands, desk, editor, public, review

app_name = "reports"
urlpatterns = [
    path("reports", public.report_list, name="report_list"),
    path("reports/<int:pk>", public.report, name="report"),
    path("reports/<int:pk>/digest", public.digest, name="digest"),
    path("reports/<int:pk>/slides", public.slides, name="slides"),
    path("reports/<int:pk>/revisions/<int:number>", public.revision, name="revision"),
    path("desk/reports", desk.desk_reports, name="desk_reports"),
    path("desk/reports/new", desk.desk_open_report, name="desk_open_report"),
    path("desk/reports/<int:pk>", editor.desk_report, name="desk_report"),
    path("desk/reports/<int:pk>/sections/<slug:code>", editor.desk_section, name="desk_section"),
    path("desk/reports/<int:pk>/review", review.desk_review, name="desk_review"),
    path("desk/reports/<int:pk>/return", review.desk_return_report, name="desk_return_report"),
    path("desk/reports/<int:pk>/<slug:command>", commands.desk_report_command, name="desk_report_command"),
]
